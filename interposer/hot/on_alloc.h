// SPDX-License-Identifier: Apache-2.0
// What every allocation pays: two loads, a subtraction, a branch and a count; no call, no lock, nothing shared.
// `make bench` counts the instructions (docs/overhead.md).
#pragma once

#include "interposer/state/thread_slot.h"

#define LW_LIKELY(condition) __builtin_expect(!!(condition), 1)

namespace lw {

// Takes `size` bytes off the thread's countdown. True: not a sample, and counted; go on to the next allocator.
// False: the slow path must decide, and count.
inline bool passes_unsampled(u64 size) {
  ThreadSlot* slot = t_slot;
  if (!LW_LIKELY((slot->countdown -= static_cast<i64>(size)) >= 0)) return false;
  slot->allocations += 1;
  return true;
}

}  // namespace lw
