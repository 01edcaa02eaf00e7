// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/work.h"

#include <algorithm>

namespace lw {

Work::Work(const std::vector<WorkPoint>& points) {
  f64 done = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i > 0) done += std::max(0.0, points[i].done - points[i - 1].done);
    points_.push_back({points[i].at_s, done});
  }
}

bool Work::known_until(f64 at_s) const {
  constexpr std::ptrdiff_t kLeastPoints = 10;
  return std::count_if(points_.begin(), points_.end(), [&](const WorkPoint& point) { return point.at_s <= at_s; }) >=
         kLeastPoints;
}

f64 Work::done(f64 at_s) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), at_s,
                                      [](f64 wanted_s, const WorkPoint& point) { return wanted_s < point.at_s; });
  if (after == points_.end()) return points_.empty() ? 0 : points_.back().done;
  if (after == points_.begin()) return points_.front().done;
  const WorkPoint& before = *(after - 1);
  return before.done + (after->done - before.done) * (at_s - before.at_s) / (after->at_s - before.at_s);
}

Stretches high_water_of(const Stretches& work) {
  constexpr size_t kReach = 3;  // neighbours on either side: the median of seven
  Stretches high{};
  f64 most = 0;
  for (size_t i = 0; i < kStretches; ++i) {
    const size_t begin = i - std::min(i, kReach), end = std::min(kStretches, i + kReach + 1);
    std::array<f64, 2 * kReach + 1> near{};
    const auto last = std::copy(work.begin() + static_cast<std::ptrdiff_t>(begin),
                                work.begin() + static_cast<std::ptrdiff_t>(end), near.begin());
    const auto middle = near.begin() + (last - near.begin()) / 2;
    std::nth_element(near.begin(), middle, last);
    high[i] = most = std::max(most, *middle);
  }
  return high;
}

}  // namespace lw
