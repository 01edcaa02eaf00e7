// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/trend.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analyzer/model/distributions.h"

namespace lw {
namespace {

// Variance of Kendall's S if the order is random; tied values carry no sign and therefore no variance.
f64 kendall_variance(std::span<const TrendPoint> points) {
  const auto term = [](f64 n) { return n * (n - 1) * (2 * n + 5); };
  std::map<f64, int> ties;
  for (const TrendPoint& point : points) ++ties[point.value];
  f64 sum = term(static_cast<f64>(points.size()));
  for (const auto& [value, count] : ties) sum -= term(count);
  return sum / 18;
}

f64 order_statistic(const std::vector<f64>& sorted, f64 place) {
  const f64 last = static_cast<f64>(sorted.size()) - 1;
  return sorted[static_cast<size_t>(std::clamp(std::round(place), 0.0, last))];
}

}  // namespace

Estimate theil_sen_slope(std::span<const TrendPoint> points) {
  std::vector<f64> slopes;
  for (size_t i = 0; i < points.size(); ++i) {
    for (size_t j = i + 1; j < points.size(); ++j) {
      const f64 distance_s = points[j].at_s - points[i].at_s;
      if (distance_s > 0) slopes.push_back((points[j].value - points[i].value) / distance_s);
    }
  }
  if (slopes.empty()) return {};
  std::sort(slopes.begin(), slopes.end());
  const f64 middle = (static_cast<f64>(slopes.size()) - 1) / 2;
  const f64 reach = kTwoSided95 * std::sqrt(kendall_variance(points)) / 2;
  return {0.5 * (order_statistic(slopes, std::floor(middle)) + order_statistic(slopes, std::ceil(middle))),
          order_statistic(slopes, middle - reach), order_statistic(slopes, middle + reach)};
}

f64 rise_by_chance(std::span<const TrendPoint> points) {
  if (points.size() < 3) return 1;
  f64 s = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    for (size_t j = i + 1; j < points.size(); ++j) {
      if (points[j].value > points[i].value) ++s;
      if (points[j].value < points[i].value) --s;
    }
  }
  const f64 variance = kendall_variance(points);
  if (variance <= 0) return 1;
  return normal_upper_tail((s - 1) / std::sqrt(variance));  // -1: continuity
}

std::vector<f64> false_discovery_rates(std::span<const f64> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<f64> rates(p_values.size());
  f64 smallest = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const f64 rate = p_values[order[rank - 1]] * static_cast<f64>(order.size()) / static_cast<f64>(rank);
    rates[order[rank - 1]] = smallest = std::min(smallest, rate);
  }
  return rates;
}

}  // namespace lw
