// SPDX-License-Identifier: Apache-2.0
// How much of large blocks is really in memory: what was reserved and never touched, or given back page by page, is
// not.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr u64 kMeasuredFrom = 64 << 10;  // smaller blocks are mostly touched as a whole

// Measures sampled live blocks of that size and more and notes it in their records, at the beginning of a dump. Stops
// after about a millisecond; the next dump goes on from there. One thread at a time; async-signal-safe: a block that is
// freed and unmapped meanwhile is passed over by the kernel.
void measure_residence();

}  // namespace lw
