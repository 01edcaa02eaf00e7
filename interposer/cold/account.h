// SPDX-License-Identifier: Apache-2.0
// What a stay in the slow path took: onto the receipt, and to the governor, who pays for it.
#pragma once

#include "interposer/cold/governor.h"
#include "interposer/cold/unwind.h"
#include "interposer/state/thread_slot.h"

namespace lw {

// The walks of a stay. `cold_ns` is what those took that came through code never walked before: paid for like all the
// rest, but no sign of what the next sample will cost. `settled_ns` went into reading anew which objects are loaded,
// before the walk: that is on the receipt already.
struct WalkTime {
  u64 ns;
  u64 cold_ns;
  u64 settled_ns;
};

// The calling thread's stack, as unwind() takes it, with valid rules and names where code was unloaded before. Counts
// the addresses that were new.
UnwindResult take_stack(u64* frames, u32 capacity, ThreadSlot& slot, WalkTime* walks);

// A stay of elapsed_ns by the monotonic clock, of which `walks` were spent on stacks. A stay so long that the thread
// must have lost its processor meanwhile counts like the usual one.
void account(Occasion occasion, u64 elapsed_ns, WalkTime walks, u64 now_ns);

// A look into the live set that leads to nothing else: of a block that is no sample, or whose size is asked. Reading
// the clock would cost as much as the look, so that one in so many of a thread's is timed and stands for the others.
inline constexpr u32 kLooksPerTimed = 16;
inline bool look_is_timed(ThreadSlot& slot) { return slot.looks++ % kLooksPerTimed == 0; }
void account_looks(u64 began_ns);

// Work of so much CPU time that came up by the way.
void account_work(u64 cpu_ns, u64 now_ns);

}  // namespace lw
