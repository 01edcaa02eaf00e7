// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/climb.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lw {
namespace {

constexpr size_t kQuarters = 4;

f64 quantile(std::vector<f64> values, f64 share) {
  if (values.empty()) return 0;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<f64>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

using Quarters = std::array<std::vector<f64>, kQuarters>;

Quarters quarters_of(std::span<const TrendPoint> points) {
  Quarters quarters;
  const f64 begin_s = points.front().at_s, length_s = points.back().at_s - begin_s;
  for (const TrendPoint& point : points) {
    const f64 at = length_s > 0 ? (point.at_s - begin_s) / length_s : 0;
    quarters[std::min(kQuarters - 1, static_cast<size_t>(at * kQuarters))].push_back(point.value);
  }
  return quarters;
}

// Half of the values lie so near together. A straight rise has half of what it rises in a quarter.
f64 scatter(const std::vector<f64>& values) { return quantile(values, 0.75) - quantile(values, 0.25); }

bool rises_all_the_time(const Quarters& quarters) {
  std::array<f64, kQuarters> middle{};
  f64 scattered = 0;
  for (size_t i = 0; i < kQuarters; ++i) {
    if (quarters[i].size() < kLeastPointsInQuarter) return false;
    middle[i] = quantile(quarters[i], 0.5);
    scattered += scatter(quarters[i]) / kQuarters;
  }
  const f64 mean_step = (middle[kQuarters - 1] - middle[0]) / (kQuarters - 1);
  if (mean_step <= 0 || mean_step < scattered) return false;
  for (size_t i = 1; i < kQuarters; ++i) {
    if (middle[i] <= middle[i - 1]) return false;
  }
  return middle[kQuarters - 1] - middle[kQuarters - 2] >= mean_step / 2;
}

}  // namespace

Climb climb_of(std::span<const TrendPoint> points) {
  if (points.empty()) return {};
  const Quarters quarters = quarters_of(points);
  return {rises_all_the_time(quarters), quantile(quarters.front(), 0.5), quantile(quarters.back(), 0.5)};
}

}  // namespace lw
