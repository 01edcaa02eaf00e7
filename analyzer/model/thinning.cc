// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thinning.h"

#include <algorithm>
#include <cmath>

#include "snapshot/weight.h"

namespace lw {

Thinning::Thinning(const Process& process) {
  for (const MemoryPoint& point : process.memory) {
    if (point.interval == 0) continue;  // not known
    points_.push_back({static_cast<f64>(point.time_ns) * 1e-9, static_cast<f64>(point.interval)});
  }
  for (const Profile& profile : process.profiles) {
    points_.push_back({profile.taken_s, static_cast<f64>(profile.interval)});
  }
  // A full table is thinned as a whole: what is left of it is as if the interval had been wider from the start.
  const LiveSet& live = process.before_exit ? *process.before_exit : process.live;
  u64 floor = live.blocks.empty() ? 1 : live.blocks.front().interval;
  for (const LiveBlock& block : live.blocks) floor = std::min(floor, block.interval);
  for (Point& point : points_) point.interval = std::max({1.0, point.interval, static_cast<f64>(floor)});
  std::stable_sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.at_s < b.at_s; });
  const auto goes_on = [](const Point& a, const Point& b) { return a.interval == b.interval; };
  points_.erase(std::unique(points_.begin(), points_.end(), goes_on), points_.end());
  if (points_.empty()) points_.push_back({0, static_cast<f64>(std::max<u64>(1, floor))});
}

Thinning::Range Thinning::range(f64 window_s) const {
  Range range{points_.front().interval, points_.front().interval};
  for (const Point& point : points_) {
    if (point.at_s > window_s) break;
    range.narrowest = std::min(range.narrowest, point.interval);
    range.widest = std::max(range.widest, point.interval);
  }
  return range;
}

Stretches Thinning::chosen(f64 window_s, f64 size) const {
  const f64 stretch_s = window_s / kStretches;
  const auto bytes = static_cast<u64>(std::max(1.0, size));
  Stretches share{};
  size_t point = 0;
  for (size_t i = 0; i < kStretches; ++i) {
    const f64 begin_s = stretch_s * static_cast<f64>(i), end_s = begin_s + stretch_s;
    // The mean over the stretch, of what holds from each point to the next.
    for (f64 at_s = begin_s; at_s < end_s;) {
      while (point + 1 < points_.size() && points_[point + 1].at_s <= at_s) ++point;
      const f64 next_s = point + 1 < points_.size() ? std::min(end_s, points_[point + 1].at_s) : end_s;
      share[i] += inclusion_probability(bytes, static_cast<u64>(points_[point].interval)) * (next_s - at_s) / stretch_s;
      at_s = next_s;
    }
  }
  return share;
}

}  // namespace lw
