// SPDX-License-Identifier: Apache-2.0
// The beginning and the end of watching a process.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// At the first sample of a process (a forked child included): makes its live file. True if the process is now
// watched, by whichever thread; false if another thread is just at it, or if watching is off.
bool start_watching();

// Is the process a late child (state/family.h) in its first moment, which is not watched unless somebody asks?
bool waits_to_start();

// Before a block is given back that may be a sample. In a forked child that has not begun yet, and if it is a sample of
// its parent's, the child begins now, while it can still take over what it holds; or it would be charged with memory
// that it has given back. Every other child that only frees and execs pays one look through its parent's samples. A
// late child (state/family.h) takes over nothing.
void inherit_before_free(const void* block);

// Loads the unwinder; before main, when libc is ready. Without it the process is not watched.
void start_stacks();

// Watching turned out to be impossible: removes the live file, if there is one already, and stays away for good.
void give_up_watching();

// The process ends, or becomes another program: takes the last snapshot; at an exit the live file goes. A program that
// ends before its first sample leaves a snapshot too, so that nobody wonders whether it was watched.
void stop_watching(bool exits);

// The program asks for a snapshot. False if none was written: it is not watched, another is being written, or the disk
// is full.
bool dump_for_program();

// The program is about to restrict its own system calls. A filter may answer any call of ours by killing the process,
// so a last snapshot is taken and from then on leakwatch makes no system call at all.
void seal_watching();

}  // namespace lw
