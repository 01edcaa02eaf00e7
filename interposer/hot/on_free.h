// SPDX-License-Identifier: Apache-2.0
// What every free pays: a test of the address's low bits and a count. Sampled blocks were placed so that these bits
// are zero; of all others only one in a few hundred looks like it and is looked up (state/process.h, free_mask).
#pragma once

#include "interposer/hot/on_alloc.h"
#include "interposer/state/process.h"

namespace lw {

// True: certainly not a sample, and counted; go on to the next allocator. False: look it up (this includes NULL).
inline bool frees_unsampled(const void* block) {
  if (!LW_LIKELY(!maybe_sampled(block))) return false;
  count_one(t_slot->frees);
  return true;
}

}  // namespace lw
