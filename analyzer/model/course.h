// SPDX-License-Identifier: Apache-2.0
// How what is alive at a place has moved over time: stretches of constant growth, and the moments between them.
//
// Told from the increments between snapshots, not from the level, whose neighbouring values share their samples. What
// was born in one interval and dies in the next ties increments together too, but with opposite signs: their sum
// scatters less than if they were independent, so that taking them for independent makes no false changes and no false
// slopes. The stretches are those that explain the increments best, at a price for each further one: the optimal
// partition of the series (Jackson et al. 2005), by dynamic programming. The rate of a stretch is the difference of the
// levels at its ends, over its time, and its variance the sum of its increments'.
#pragma once

#include <vector>

#include "analyzer/model/estimate.h"
#include "analyzer/model/history.h"
#include "analyzer/model/trend.h"

namespace lw {

struct CourseStretch {
  f64 from_s = 0, to_s = 0;
  Estimate bytes_per_s;
};

struct Course {
  std::vector<TrendPoint> levels;        // bytes alive, from the start of the process, where there was nothing
  std::vector<CourseStretch> stretches;  // one after the other from the first snapshot on; none without a second

  bool known() const { return !stretches.empty(); }
  const CourseStretch& now() const { return stretches.back(); }
};

// A change of rate is only named if noise alone would show one in less than so many series.
inline constexpr f64 kFalseStretches = 0.01;

Course course_of(const Subject& subject);

}  // namespace lw
