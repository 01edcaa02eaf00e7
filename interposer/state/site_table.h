// SPDX-License-Identifier: Apache-2.0
// Sites: distinct stacks that allocated, and what they allocated and freed since the start. Sites are never removed;
// they lie dense in the live file, and a private open-addressed index finds them by key.
#pragma once

#include "interposer/state/process.h"
#include "snapshot/weight.h"

namespace lw {

// Site 0 stands for every stack that found no site of its own, because the table or the frames ran full, and for
// allocations without a stack: those of library constructors.
inline constexpr u32 kOtherSite = 0;

// Cells of the private index for `capacity` sites, a small table and a large one, zeroed at first; and the mask of the
// large one.
u64 site_cell_count(u32 capacity);
u64 site_cell_mask(u64 cells);

// Makes site 0. Once, before any other call.
bool start_sites();

struct StackView {
  const u64* frames;  // innermost first
  u32 depth;
  bool truncated;
};

// Identity of the stack; never 0.
u64 stack_key(const StackView& stack);

// The number of the stack's site, made if it is new (then *is_new is set). Any thread, any time. Never fails: in
// need it falls back to the innermost frames alone, then to site 0, and counts the drop.
u32 find_or_make_site(const StackView& stack, u64 now_ns, bool* is_new);

void add_allocation(u32 site, AllocKind kind, const Weight& weight, u64 now_ns);

// Takes an allocation back out of the sums, or puts it in with another weight: what the thinner does.
void reweigh_allocation(u32 site, AllocKind kind, const Weight& before, const Weight* after);

// `lifetime_ns` from birth to free, or kUnknownLifetime. `mismatch` is 0, or alloc kind * 256 + free kind.
inline constexpr u64 kUnknownLifetime = ~u64{0};
void add_free(u32 site, AllocKind kind, const Weight& weight, u64 now_ns, u64 lifetime_ns, u32 mismatch);

// Part of a mapped region is gone, and with it so many bytes; what is left lives on as one sample, or as two, each of
// which counts for `count` regions.
void add_cut(u32 site, const Weight& gone, bool in_two, f64 count, u64 now_ns);

}  // namespace lw
