// SPDX-License-Identifier: Apache-2.0
// What every allocation pays: a multiplication, two loads, a subtraction and a branch; one store, no call, no lock,
// nothing shared. `make bench` counts the instructions (docs/overhead.md).
#pragma once

#include "interposer/state/thread_slot.h"

#define LW_LIKELY(condition) __builtin_expect(!!(condition), 1)

namespace lw {

// Takes `size` bytes and one call off the thread's countdown, in one instruction (see count_one()). True: not a sample,
// and counted; go on to the next allocator. False: the slow path must put things right first of all (give_back()), for
// here the countdown has wrapped around, and then decide, and count.
//
// The call is the carry that the addition leaves: the distance from the thread pointer back to the FirstSlot and the
// way from there to the ThreadSlot add up beyond 2^64, as both are negative, or one is and the sum is not. Only a
// thread whose way is none leaves no carry, and its countdown is used up.
//
// Compared as unsigned numbers, so that a request of more than half of the address space is not taken for one of less
// than nothing; "below or equal", so that a used-up countdown of 0 stops a request of 0 bytes, too.
inline bool passes_unsampled(u64 size) {
  u64 units, slot;  // the slot as a distance from the thread pointer
  bool used_up;
  asm volatile(
      "imulq %[unit], %[size], %[units]\n\t"
      "movq lw_first_slot@gottpoff(%%rip), %[slot]\n\t"
      "addq %%fs:8(%[slot]), %[slot]\n\t"
      "sbbq %[units], %%fs:(%[slot])"
      : "=@ccbe"(used_up), [slot] "=&r"(slot), [units] "=r"(units)
      : [size] "r"(size), [unit] "i"(kUnitsOfByte)
      : "memory");
  return LW_LIKELY(!used_up);
}

}  // namespace lw
