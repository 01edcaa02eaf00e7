// SPDX-License-Identifier: Apache-2.0
// Looks, from inside, whether anything still points to the samples that are alive, and marks them in the live file
// (snapshot/reach_pass.h says what a pointer is). No allocation, no lock, no libc.
//
//   exit  in the process, when nothing of the program's own runs in this thread any more. Other threads run on
//         meanwhile: it is looked several times, and what they free is found to be gone afterwards.
//   fork  in a copy-on-write child that nobody is told of: a picture of one instant, at the price of a pause for the
//         copy of the page tables, and of a copy of each page that the program writes to until the child is done.
//
// What other threads may hold in registers that nobody can see is subtracted: a site with no more lost blocks than
// there are such registers is left unmarked.
#pragma once

#include "snapshot/live_layout.h"

namespace lw {

// A search ends then, told as cut short, with nothing marked.
inline constexpr u64 kMostSearchNs = 2'000'000'000;

// Does what LEAKWATCH_REACH says; in `auto`, searches if every allocation was recorded. At most once a process.
void search_at_exit();

// With LEAKWATCH_REACH=fork: starts a child that searches, unless the last one is still at it. Async-signal-safe.
void search_in_fork();

// Lets the kernel forget a child that is done. Async-signal-safe; one system call at most.
void tend_search_child();

}  // namespace lw
