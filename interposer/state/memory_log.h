// SPDX-License-Identifier: Apache-2.0
// The memory log: about one look a second at the process's memory from both sides, ours and the system's, thinned as
// it ages.
//
// Kept in levels, each a ring of kPointsPerLevel. New points enter level 0; of those that a level pushes out every
// fourth moves on to the next. With 8 levels of 96 points at a second each the log reaches back 96 s in full, then
// 6 minutes at 4 s, …, and 18 days in all, in 168 KiB.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr u32 kPointsPerLevel = 96;

// Takes a point now. One thread at a time does, others return at once. `ask_allocator`: its own statistics may be read,
// which takes its locks, so never in a signal handler. True if what it saw deserves a snapshot at once (alarm.h).
bool log_memory(u64 now_ns, bool ask_allocator);

}  // namespace lw
