// SPDX-License-Identifier: Apache-2.0
// What every allocation pays: two loads, a subtraction, a branch and a count; no call, no lock, nothing shared.
// `make bench` counts the instructions (docs/overhead.md).
#pragma once

#include "interposer/state/thread_slot.h"

#define LW_LIKELY(condition) __builtin_expect(!!(condition), 1)

namespace lw {

// Takes `size` bytes off the thread's countdown (one instruction, see count_one()). True: not a sample, and counted; go
// on to the next allocator. False: the slow path must decide, and count.
inline bool passes_unsampled(u64 size) {
  ThreadSlot* slot = t_slot;
  bool used_up;
  asm("subq %[size], %[countdown]" : "=@ccs"(used_up), [countdown] "+m"(slot->countdown) : [size] "r"(size));
  if (!LW_LIKELY(!used_up)) return false;
  count_one(slot->allocations);
  return true;
}

}  // namespace lw
