// SPDX-License-Identifier: Apache-2.0
// Which allocations are samples. Each thread counts down the bytes to its next sample, from a distance drawn anew after
// every sample; so a block of S bytes is chosen with probability 1 - exp(-S / interval), independently of all others.
// What would spoil that: choosing a thread's first allocation because it is the first, carrying what was missed in one
// allocation over to the next, drawing with one interval and weighing with another.
//
// A countdown holds kLongestPiece at most (state/countdown.h). Where more was drawn it goes on: when it is used up the
// rest is drawn anew, which is the same thing, since what is left of an exponential distance is as long as a fresh one.
#pragma once

#include "interposer/state/thread_slot.h"

namespace lw {

// No allocator has that much to give: the address space ends before. Such a request fails and is not counted.
inline constexpr u64 kMostBytes = u64{1} << 47;

// A request that the hot path did not let through, as if it had never been made.
void give_back(u64 size);

// An allocation that the hot path did not let through, of at most kMostBytes. Returns the interval with which it was
// chosen, or 0 if it is no sample after all: the thread was new, its countdown goes on, or the process is not watched.
// In any case the thread has a new countdown, and the allocation is yet to be counted.
u64 admit(u64 size);

// Counts an allocation of so many bytes that the hot path has not counted.
void count_allocation(u64 size);

// The opposite: an allocation that the hot path let through has failed.
void retract(u64 size);

// A mapping of `size` bytes that the program made itself: chosen with the same probability as a block of that size, but
// by a throw of its own, which leaves the countdown alone. Returns the interval, or 0.
u64 admit_mapping(u64 size);

// A new countdown for the thread, with the interval of now. Memoryless: whatever is left of the old one, a fresh draw
// after a sample continues the same Poisson process.
void draw_countdown(ThreadSlot& slot);

}  // namespace lw
