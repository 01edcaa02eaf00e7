// SPDX-License-Identifier: Apache-2.0
// What every free pays: a test of the address's low bits and a count. Sampled blocks were placed so that these bits
// are zero; of all others only one in a few hundred looks like it and is looked up (state/process.h, free_mask).
#pragma once

#include "interposer/hot/on_alloc.h"
#include "interposer/state/process.h"

namespace lw {

// Could leakwatch have asked for this block in the program's place, now or at any time before? Such a block has
// another alignment than the program asked for, so its size must not be passed on to a sized deallocation, which
// would look for it in the wrong place. True also for blocks that were never sampled: losing the hint costs little.
inline bool maybe_placed(const void* block) {
  return maybe_sampled(block) || (reinterpret_cast<u64>(block) & 1023) == 0;
}

// True: certainly not a sample, and counted; go on to the next allocator. False: look it up (this includes NULL).
inline bool frees_unsampled(const void* block) {
  if (!LW_LIKELY(!maybe_sampled(block))) return false;
  count_one(t_slot->frees);
  return true;
}

}  // namespace lw
