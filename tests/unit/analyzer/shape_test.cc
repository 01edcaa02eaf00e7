// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/shape.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

namespace lw {
namespace {

using Draw = std::function<f64(f64 uniform)>;

std::vector<TimedEvent> events_of(u64 seed, int count, const Draw& draw) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<f64> uniform(0, 1);
  std::vector<TimedEvent> events;
  for (int i = 0; i < count; ++i) events.push_back({draw(uniform(random)), 1});
  return events;
}

Shape weighed(const std::vector<TimedEvent>& events) {
  Shape shape = shape_of(events, {});
  weigh(shape, usual_shares());
  return shape;
}

// Mean probability of growth over 50 histories.
f64 mean_growing(int count, const Draw& draw) {
  f64 sum = 0;
  for (u64 seed = 1; seed <= 50; ++seed) sum += weighed(events_of(seed, count, draw)).growing() / 50;
  return sum;
}

}  // namespace

TEST_CASE("a constant rate is growth, the surer the more there is of it") {
  const Draw constant = [](f64 u) { return u; };
  CHECK(mean_growing(20, constant) > 0.85);
  CHECK(mean_growing(100, constant) > 0.97);
  CHECK(mean_growing(20, constant) < mean_growing(100, constant));
}

TEST_CASE("a rate that fades is a warm-up") {
  const Draw logarithmic = [](f64 u) { return 1e-3 * (std::pow(1001, u) - 1); };
  CHECK(mean_growing(20, logarithmic) < 0.2);
  const Shape shape = weighed(events_of(3, 300, logarithmic));
  CHECK(shape.of(Family::kLogarithmic) > 0.9);
}

TEST_CASE("what stopped before the end has ended") {
  const Shape shape = weighed(events_of(3, 100, [](f64 u) { return 0.7 * u; }));
  CHECK(shape.of(Family::kEnded) > 0.9);
  CHECK(shape.growing() < 0.05);
}

TEST_CASE("what began a moment ago may be a burst") {
  CHECK(weighed(events_of(3, 100, [](f64 u) { return 0.9 + 0.1 * u; })).of(Family::kBurst) > 0.9);
}

TEST_CASE("growth that began late has an onset") {
  const Shape shape = weighed(events_of(3, 200, [](f64 u) { return 0.4 + 0.6 * u; }));
  CHECK(shape.growing() > 0.9);
  CHECK(shape.onset == Approx(0.4));
}

TEST_CASE("bursts count as few events, not as many samples") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<f64> uniform(0, 1);
  std::vector<TimedEvent> events;
  for (const f64 centre : {0.07, 0.31, 0.58, 0.83}) {
    for (int i = 0; i < 100; ++i) events.push_back({centre + 0.002 * uniform(random), 1});
  }
  CHECK(weighed(events).events < 12);
  CHECK(weighed(events_of(5, 400, [](f64 u) { return u; })).events > 250);
}

TEST_CASE("nothing at all is judged by what is usual") {
  const Shape shape = weighed({});
  CHECK(shape.events == 0);
  CHECK(std::accumulate(shape.probability.begin(), shape.probability.end(), 0.0) == Approx(1));
}

}  // namespace lw
