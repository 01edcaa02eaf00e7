// SPDX-License-Identifier: Apache-2.0
// The seam to the unwinder: who needs a stack includes this and nothing else.
#pragma once

#include "interposer/state/stack_bounds.h"
#include "snapshot/layout.h"

namespace lw {

struct UnwindResult {
  u32 depth;
  u8 truncated;  // deeper than `capacity`, or the walk had to give up at an address without unwind rules
  u8 in_signal;  // the stack passes through a signal frame
  u8 cold;       // how many addresses had to be worked out anew (saturating)
};

// Call once, before any unwind(), on the thread that initialises the process. Loads libunwind so that none of its
// symbols become visible to the program. Frames whose address lies in [own_start, own_end), leakwatch's own text,
// are left out of every stack. Returns nullptr, or why there will be no stacks
// ("libunwind-x86_64.so.8: cannot open shared object file"); unwind() then returns depth 0.
const char* unwind_start(u64 own_start, u64 own_end);

// Writes the return addresses of the calling thread into frames[0 .. capacity), innermost first. Keeps errno. Where
// a signal interrupted the program it is the address of the interrupted instruction plus one: frame - 1 always lies
// in the instruction that was being executed.
// Async-signal-safe; takes no lock that the program may hold; reads nothing but readable stack memory.
UnwindResult unwind(u64* frames, u32 capacity, StackBounds* bounds);

// An object was unloaded, or several: forget what was learnt about the addresses in [start, end), and about the tables
// of all objects. Takes about 20 µs, whatever the range. Any thread, any time.
void unwind_forget(u64 start, u64 end);

// Bytes of memory that the unwinder holds in all.
u64 unwind_own_bytes();

}  // namespace lw
