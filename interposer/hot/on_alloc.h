// SPDX-License-Identifier: Apache-2.0
// What every allocation pays: two loads, a subtraction, a branch and a count; no call, no lock, nothing shared.
// `make bench` counts the instructions (docs/overhead.md).
#pragma once

#include "interposer/state/thread_slot.h"

#define LW_LIKELY(condition) __builtin_expect(!!(condition), 1)

namespace lw {

// Takes `size` bytes off the thread's countdown (one instruction, see count_one()). True: not a sample, and counted; go
// on to the next allocator. False: the slow path must decide, and count.
//
// Compared as unsigned numbers, so that a request of more than half of the address space is not taken for one of less
// than nothing; "below or equal", so that a used-up countdown of 0 stops a request of 0 bytes, too. What the slow path
// leaves in the countdown must be valid (admit() sees to it first of all): here it has wrapped around.
inline bool passes_unsampled(u64 size) {
  u64 slot;  // as a distance from the thread pointer
  bool used_up;
  asm volatile(
      "movq lw_first_slot@gottpoff(%%rip), %[slot]\n\t"
      "addq %%fs:16(%[slot]), %[slot]\n\t"
      "subq %[size], %%fs:(%[slot])"
      : "=@ccbe"(used_up), [slot] "=&r"(slot)
      : [size] "r"(size)
      : "memory");
  if (!LW_LIKELY(!used_up)) return false;
  asm volatile("addq $1, %%fs:8(%[slot])" : : [slot] "r"(slot) : "memory", "cc");
  return true;
}

}  // namespace lw
