// SPDX-License-Identifier: Apache-2.0
// The slow path of the freeing doors: an address that looks like a sample's.
#pragma once

#include "interposer/cold/record_sample.h"
#include "interposer/platform/next_allocator.h"
#include "interposer/state/address_filter.h"

namespace lw {

// A block that looks like a sample's and surely is none. A thread has lookalikes left only while its process is
// watched; then NULL and the arena's blocks pass for samples here, and there are no samples of a parent's that the
// filter does not know.
inline bool only_looks_sampled(const ThreadSlot& slot, const void* block) {
  return slot.lookalikes_left != 0 && !filter_may_hold(reinterpret_cast<u64>(block));
}

// True: the block only looks like a sample's, and is counted. An allocator that gives its blocks on pages comes here at
// each of their frees, so this is short: 14 instructions more than a free that does not look so.
inline bool frees_lookalike(const void* block) {
  ThreadSlot* slot = t_slot;
  if (!only_looks_sampled(*slot, block)) return false;
  slot->lookalikes_left -= 1;
  count_one(slot->frees);
  return true;
}

// At the start of watching: makes the filter answer "perhaps" of NULL and of what the bootstrap arena has given, none
// of which may go to the allocator.
void doubt_special_blocks();

// Counts the free, and books it if the block is a sample. True: now give the block to the next allocator. False: there
// is nothing to give back (NULL, a block of the bootstrap arena, or one that is kept for the next sample).
bool look_up_free(void* block, FreeKind how);

inline bool free_slowly(void* block, FreeKind how) { return frees_lookalike(block) || look_up_free(block, how); }

}  // namespace lw
