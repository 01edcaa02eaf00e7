// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/climb.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace lw {
namespace {

Climb climb_along(const std::function<f64(f64)>& level, f64 noise = 0) {
  std::mt19937_64 random(5);
  std::normal_distribution<f64> scatter(0, 1);
  std::vector<TrendPoint> points;
  for (int i = 0; i < 100; ++i) points.push_back({i * 1.0, level(i / 99.0) + noise * scatter(random)});
  return climb_of(points);
}

}  // namespace

TEST_CASE("what rises all the time climbs, also under noise") {
  CHECK(climb_along([](f64 t) { return 100 * t; }).steady);
  CHECK(climb_along([](f64 t) { return 100 * t; }, 8).steady);
  CHECK(climb_along([](f64 t) { return 100 * t * t; }).steady);
  CHECK(climb_along([](f64 t) { return 100 * t; }).rise() == Approx(75).epsilon(0.05));
}

TEST_CASE("a jump, a plateau, a saw, a fading rise and noise do not climb") {
  CHECK_FALSE(climb_along([](f64 t) { return t < 0.4 ? 0.0 : 100.0; }).steady);
  CHECK_FALSE(climb_along([](f64 t) { return 100 * std::min(t, 0.6); }).steady);
  CHECK_FALSE(climb_along([](f64 t) { return 100 * std::fmod(7 * t, 1); }).steady);
  CHECK_FALSE(climb_along([](f64 t) { return 100 * (1 - std::exp(-8 * t)); }).steady);
  CHECK_FALSE(climb_along([](f64) { return 100.0; }, 20).steady);
  CHECK_FALSE(climb_along([](f64 t) { return -100 * t; }).steady);
}

TEST_CASE("a few points, or none, are no climb") {
  CHECK_FALSE(climb_of({}).steady);
  const std::vector<TrendPoint> few = {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}};
  CHECK_FALSE(climb_of(few).steady);
}

}  // namespace lw
