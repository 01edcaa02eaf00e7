// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/trend.h"

#include <catch2/catch.hpp>
#include <random>

namespace lw {
namespace {

std::vector<TrendPoint> line_with_noise(u64 seed, f64 slope, f64 noise, int count) {
  std::mt19937_64 random(seed);
  std::normal_distribution<f64> error(0, noise);
  std::vector<TrendPoint> points;
  for (int i = 0; i < count; ++i) points.push_back({static_cast<f64>(i), slope * i + error(random)});
  return points;
}

}  // namespace

TEST_CASE("the slope of a line is found in spite of wild points") {
  std::vector<TrendPoint> points = line_with_noise(1, 5, 0, 20);
  points[3].value = 1e9;
  points[11].value = -1e9;
  CHECK(theil_sen_slope(points).value == Approx(5));
}

TEST_CASE("the limits of a slope contain it in 95 of 100 cases") {
  int inside = 0;
  for (u64 seed = 1; seed <= 1000; ++seed) {
    const Estimate slope = theil_sen_slope(line_with_noise(seed, 2, 10, 15));
    if (slope.low <= 2 && 2 <= slope.high) ++inside;
  }
  CHECK(inside >= 930);
  CHECK(inside <= 985);
}

TEST_CASE("a level series rises by chance as often as the test says") {
  int significant = 0;
  for (u64 seed = 1; seed <= 1000; ++seed) {
    if (rise_by_chance(line_with_noise(seed, 0, 1, 12)) < 0.05) ++significant;
  }
  CHECK(significant >= 20);
  CHECK(significant <= 70);
  CHECK(rise_by_chance(line_with_noise(1, 1, 0.1, 12)) < 1e-4);
  CHECK(rise_by_chance(line_with_noise(1, -1, 0.1, 12)) > 0.99);
}

TEST_CASE("series that say nothing have no trend") {
  CHECK(theil_sen_slope({}).value == 0);
  const std::vector<TrendPoint> same_time = {{1, 5}, {1, 6}};
  CHECK(theil_sen_slope(same_time).value == 0);
  const std::vector<TrendPoint> flat = {{1, 5}, {2, 5}, {3, 5}, {4, 5}};
  CHECK(rise_by_chance(flat) == 1);
}

TEST_CASE("false discovery rates are those of Benjamini and Hochberg") {
  const std::vector<f64> p = {0.01, 0.04, 0.03, 0.005};
  const std::vector<f64> q = false_discovery_rates(p);
  CHECK(q[3] == Approx(0.02));
  CHECK(q[0] == Approx(0.02));
  CHECK(q[2] == Approx(0.04));
  CHECK(q[1] == Approx(0.04));
  CHECK(false_discovery_rates({}).empty());
}

}  // namespace lw
