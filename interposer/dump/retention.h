// SPDX-License-Identifier: Apache-2.0
// LEAKWATCH_KEEP: which snapshots stay. First and last always do; of the others the one goes whose neighbours in time
// are closest together, so that what remains is spread evenly over the process's life.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr u64 kNoVictim = ~u64{0};

// Notes that snapshot `sequence` was written at `now_ns`. If there are then more than LEAKWATCH_KEEP, returns the
// sequence of the one to be deleted, and forgets it. Called by one thread at a time.
u64 note_and_choose_victim(u64 sequence, u64 now_ns);

}  // namespace lw
