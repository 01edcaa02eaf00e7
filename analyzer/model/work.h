// SPDX-License-Identifier: Apache-2.0
// How much a process had to do, over time. Growth that only follows a rising load is no leak; a leak that comes with
// each request is as steady as the requests are.
#pragma once

#include <array>
#include <vector>

#include "analyzer/model/profile.h"

namespace lw {

// Stretches into which a time of observation is cut.
inline constexpr size_t kStretches = 100;
using Stretches = std::array<f64, kStretches>;

class Work {
 public:
  // Points by time. Where a count falls (a counter that began anew) no work was done.
  explicit Work(const std::vector<WorkPoint>& points);

  // Enough points up to then to tell a ramp from a step.
  bool known_until(f64 at_s) const;
  // Done by then; what lies outside the points is as at the nearest one.
  f64 done(f64 at_s) const;

 private:
  std::vector<WorkPoint> points_;
};

// The highest work in a stretch so far, after the noise between neighbours has been smoothed away.
Stretches high_water_of(const Stretches& work);

}  // namespace lw
