// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/course.h"

#include <catch2/catch.hpp>

#include "analyzer/render/sparkline.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 600;

// `grow` allocates at will; a thousand short lives a minute hide it.
template <typename Grow>
Course course(u64 seed, u64 interval, int snapshots, Grow grow) {
  SimulatedService service(seed, interval);
  const u32 site = service.add_site();
  service.arrivals(0, kRun_s, 16, [&](f64 at_s) { service.allocate(site, at_s, 4096, at_s + service.exponential(5)); });
  grow(service, site);
  const Observation observation = service.observe(kRun_s, snapshots);
  const Process& process = observation.processes[0];
  return course_of({&process, &process.live, {0}});
}

const auto kNothing = [](SimulatedService&, u32) {};

auto leak(f64 from_s, f64 to_s, f64 per_s) {
  return [=](SimulatedService& service, u32 site) {
    service.arrivals(from_s, to_s, per_s, [&](f64 at_s) { service.allocate(site, at_s, 4096); });
  };
}

}  // namespace

TEST_CASE("steady churn has a course without changes, in 98 of 100 series and more") {
  int changed = 0, moving = 0;
  for (u64 seed = 1; seed <= 100; ++seed) {
    const Course level = course(seed, seed % 2 == 0 ? 1 : 8 << 10, 24, kNothing);
    REQUIRE(level.known());
    changed += level.stretches.size() > 1;
    moving += level.now().bytes_per_s.low > 0 || level.now().bytes_per_s.high < 0;
  }
  CHECK(changed <= 2);
  CHECK(moving <= 8);
}

TEST_CASE("a leak that begins late is a change of rate at its time, of its size") {
  for (u64 seed = 1; seed <= 10; ++seed) {
    const Course late = course(seed, 8 << 10, 24, leak(300, kRun_s, 10));
    REQUIRE(late.stretches.size() == 2);
    CHECK(late.stretches[0].to_s == Approx(300).margin(2 * kRun_s / 24));
    CHECK(late.now().bytes_per_s.low < 10 * 4096);
    CHECK(late.now().bytes_per_s.high > 10 * 4096);
  }
}

TEST_CASE("the rate of a leak of few samples is right on average and within its limits") {
  f64 sum = 0;
  int within = 0;
  for (u64 seed = 1; seed <= 100; ++seed) {
    const Estimate rate = course(seed, 64 << 10, 24, leak(0, kRun_s, 2)).now().bytes_per_s;
    sum += rate.value;
    within += rate.low <= 2 * 4096 && rate.high >= 2 * 4096;
  }
  CHECK(sum / 100 == Approx(2 * 4096).epsilon(0.05));
  CHECK(within >= 90);
}

TEST_CASE("a leak that was repaired is level in the end") {
  const Course over = course(3, 8 << 10, 24, leak(0, 250, 20));
  REQUIRE(over.stretches.size() == 2);
  CHECK(over.stretches[0].bytes_per_s.low > 0);
  CHECK(over.now().bytes_per_s.low <= 0);
}

TEST_CASE("one snapshot is no course, two are one stretch") {
  CHECK_FALSE(course(1, 8 << 10, 1, kNothing).known());
  const Course two = course(1, 8 << 10, 2, kNothing);
  REQUIRE(two.stretches.size() == 1);
  CHECK(two.levels.front().at_s == 0);
  CHECK(two.now().from_s == two.levels[1].at_s);  // the working set filled before: no rate
}

TEST_CASE("a sparkline rises from nothing to the highest value") {
  const std::vector<TrendPoint> line{{0, 0}, {7, 7}};
  const Terminal terminal{80, false, true};
  CHECK(sparkline(line, 8, terminal) == "▁▂▃▄▅▆▇█");
  CHECK(sparkline(line, 8, {80, false, false}) == "_.-=+*#@");
  CHECK(sparkline(std::vector<TrendPoint>{{0, 0}, {1, 0}}, 3, terminal) == "▁▁▁");
  CHECK(sparkline(std::vector<TrendPoint>{{5, 3}}, 2, terminal) == "██");
  CHECK(sparkline({}, 5, terminal).empty());
}

}  // namespace lw
