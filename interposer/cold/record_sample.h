// SPDX-License-Identifier: Apache-2.0
// Once per sample: takes its stack, enters it into the tables, and removes it when it is freed. What runs here may cost
// a microsecond; what it must never do is in DESIGN: allocate, lock, or change errno.
#pragma once

#include "interposer/cold/bookkeeping.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_slot.h"

namespace lw {

struct SampledBlock {
  u64 address;
  u64 size;
  u64 interval;
  AllocKind kind;
  u16 reallocs;
  u64 first_birth_ns;   // 0: this is the first of its chain
  bool placed;          // by us: the block may have more room than the program would have got
  bool shared = false;  // a region that other processes see as well
};

// Enters a block that the program is about to be given. Precondition: admit() said yes on this thread.
void record_sample(const SampledBlock& block);

// What record_sample() does when it has walked the stack.
void enter_sample(ThreadSlot& slot, const SampledBlock& block, const StackView& stack);

// Before the real free: if the block is a live sample, takes it out of the set and books its free. Order matters:
// after the real free another thread may be given the same address and record it. True if the block was one, then
// *sample is what was known of it.
bool forget_sample(const void* block, FreeKind how, LiveSample* sample);

// A sample that was taken out of the live set has been freed by the calling thread: books it, and perhaps its stack.
void book_free_here(const LiveSample& sample, FreeKind how);

// For realloc, which may fail: takes the sample out without booking anything.
bool take_for_realloc(const void* block, LiveSample* sample);
void put_back(const LiveSample& sample);

}  // namespace lw
