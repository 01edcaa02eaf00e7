// SPDX-License-Identifier: Apache-2.0
// Does a level that one process was seen to have go up all the time?
//
// Neighbouring points of a memory log depend on each other: a single jump makes every test that takes them for
// independent certain of a trend. So the time is cut into quarters and only their medians are compared: the level must
// rise from each to the next, by more than it scatters within them, and at the end no slower than half as fast as on
// average. A plateau after a jump, a saw, a warm-up that fades do not pass.
#pragma once

#include <span>

#include "analyzer/model/trend.h"

namespace lw {

struct Climb {
  bool steady = false;   // it rises all the time, as said above
  f64 from = 0, to = 0;  // medians of the first and the last quarter

  f64 rise() const { return to - from; }
};

// Fewer points than this in a quarter of the time are no level.
inline constexpr size_t kLeastPointsInQuarter = 3;

// Points in the order of time. No points, no climb.
Climb climb_of(std::span<const TrendPoint> points);

}  // namespace lw
