// SPDX-License-Identifier: Apache-2.0
// Memory that the program takes from the kernel itself: mmap, munmap, mremap. Sampled like blocks, by size, so that
// nearly every region as large as the interval is known, with the stack of the call.
//
// What is counted is memory, not addresses: anonymous mappings, private and shared. Not counted are files, which are
// the page cache's; what the allocator maps, which is in its blocks already; and reservations, that is PROT_NONE, or
// MAP_NORESERVE of a gibibyte and more. A runtime that reserves a terabyte has taken nothing yet, and must not look
// like a leak of one. Where a reservation lies is remembered all the same: what of it turns out to be in memory is
// measured at each snapshot and stands in the memory log, without a site.
//
// As with blocks (DESIGN, order): what is about to be unmapped is forgotten before the call, and put back if it fails;
// what was mapped is entered after it. Part of a region may go: the rest lives on under the same site.
#pragma once

#include <linux/mman.h>

#include "interposer/platform/next_allocator.h"
#include "interposer/platform/next_mapping.h"
#include "interposer/state/mapped_regions.h"

namespace lw {

// Set while libunwind is being loaded, before main: what it maps is ours. Later its calls come from threads whose slots
// are muted.
LW_LOCAL extern bool g_maps_for_us;

// Is this call the program's own, and of a kind that the books should know? A file put over something that was there
// takes that away.
inline bool concerns_books(const void* caller, int flags) {
  if (is_next_allocators(caller)) return false;
  return (flags & MAP_ANONYMOUS) != 0 || ((flags & MAP_FIXED) != 0 && any_regions());
}

// Could a sampled region be in [start, …)? In a forked child that has not begun yet, one of its parent's.
inline bool may_unmap_sample(const void* caller) {
  return !is_next_allocators(caller) && (any_regions() || load_relaxed(process().stage) == Stage::kUnknown);
}

// The calls, with what is to be done before and after.
void* map_and_note(void* at, u64 bytes, int protection, int flags, int fd, long offset);
int unmap_and_note(void* start, u64 bytes);
void* remap_and_note(void* start, u64 bytes, u64 wanted, int flags, void* target);

}  // namespace lw
