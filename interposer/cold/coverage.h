// SPDX-License-Identifier: Apache-2.0
// What leakwatch cannot see, found out where that is possible, and recorded so that the report can say it.
#pragma once

#include "interposer/platform/local.h"

namespace lw {

// A library was loaded so that its malloc is not ours. Said once, counted each time.
void notice_uncovered_library(const char* path);

// False: the program brings its own malloc and nothing of it is seen. Such a process has a live file and snapshots that
// say so, instead of none, but no samples.
LW_LOCAL extern bool g_covered;

// What was found out before there was a live file.
void record_coverage();

}  // namespace lw
