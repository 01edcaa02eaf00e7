// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/load.h"

#include <algorithm>

namespace lw {

Load::Load(const std::vector<WorkPoint>& points) {
  f64 done = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i > 0) done += std::max(0.0, points[i].done - points[i - 1].done);
    points_.push_back({points[i].at_s, done});
  }
}

bool Load::known_until(f64 at_s) const {
  constexpr std::ptrdiff_t kLeastPoints = 10;
  return std::count_if(points_.begin(), points_.end(), [&](const WorkPoint& point) { return point.at_s <= at_s; }) >=
         kLeastPoints;
}

f64 Load::done(f64 at_s) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), at_s,
                                      [](f64 wanted_s, const WorkPoint& point) { return wanted_s < point.at_s; });
  if (after == points_.end()) return points_.empty() ? 0 : points_.back().done;
  if (after == points_.begin()) return points_.front().done;
  const WorkPoint& before = *(after - 1);
  return before.done + (after->done - before.done) * (at_s - before.at_s) / (after->at_s - before.at_s);
}

const std::vector<History>& Load::histories(f64 window_s) {
  const auto [place, fresh] = histories_.try_emplace(window_s);
  if (fresh && known_until(window_s)) {
    const f64 stretch_s = window_s / kStretches;
    place->second = histories_of_load(work(window_s, [&](size_t i) { return stretch_s * static_cast<f64>(i); }));
  }
  return place->second;
}

}  // namespace lw
