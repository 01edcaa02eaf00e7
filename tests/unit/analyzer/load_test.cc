// SPDX-License-Identifier: Apache-2.0
// Load: its high-water mark, its rise, and what it does to the judgement of growth.
#include "analyzer/model/load.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "analyzer/model/assess.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 600;
constexpr u64 kInterval = 64 << 10;

// Work at a rate that goes from 1 to `top` between a fifth and the whole of the time.
std::vector<WorkPoint> ramp(f64 top) {
  std::vector<WorkPoint> points;
  f64 done = 0;
  for (int second = 0; second <= 600; ++second) {
    points.push_back({static_cast<f64>(second), done});
    done += 1 + (top - 1) * std::max(0.0, (second / kRun_s - 0.2) / 0.8);
  }
  return points;
}

Assessment judged(SimulatedService& service, const std::vector<WorkPoint>& work) {
  Observation observation = service.observe(kRun_s, 12);
  observation.processes[0].work = work;
  return assess_sites(observation).at(0);
}

}  // namespace

TEST_CASE("the high-water mark never falls and ignores a spike") {
  Stretches work;
  work.fill(1);
  for (size_t i = 30; i < 60; ++i) work[i] = 2;
  work[10] = 50;
  const Stretches high = high_water_of(work);
  CHECK(high[20] < 1.1);
  CHECK(high[45] == Approx(2));
  CHECK(high[99] == Approx(2));
}

TEST_CASE("the rise is the nearest curve that does not fall") {
  Stretches work;
  for (size_t i = 0; i < kStretches; ++i) work[i] = static_cast<f64>(i) + (i % 2 == 0 ? 5.0 : -5.0);
  const Stretches rise = rise_of(work);
  for (size_t i = 1; i < kStretches; ++i) CHECK(rise[i] >= rise[i - 1]);
  CHECK(rise[50] == Approx(50).margin(6));
}

TEST_CASE("a pool that grows with a ramp in load is no leak, and would be called one without the load") {
  SimulatedService service(3, kInterval);
  const u32 site = service.add_site();
  for (int i = 0; i < 200; ++i) service.record(site, 3 * service.uniform(), 512);
  for (int i = 0; i < 600; ++i) service.record(site, kRun_s * (0.2 + 0.8 * service.uniform()), 512);
  const Assessment with_load = judged(service, ramp(4));
  CHECK(with_load.verdict != Verdict::kGrowing);
  CHECK(with_load.pattern == Pattern::kWithLoad);
  CHECK(judged(service, {}).verdict == Verdict::kGrowing);
}

TEST_CASE("a leak with each request is a leak under a ramp in load, at a steady rate per unit of work") {
  SimulatedService service(3, kInterval);
  const u32 site = service.add_site();
  const Load load(ramp(4));
  const Stretches work = load.work(kRun_s, [](size_t i) { return kRun_s * static_cast<f64>(i) / kStretches; });
  f64 all = 0;
  for (const f64 w : work) all += w;
  for (size_t i = 0; i < kStretches; ++i) {
    const int samples = static_cast<int>(std::round(800 * work[i] / all));
    for (int k = 0; k < samples; ++k) {
      service.record(site, kRun_s * (static_cast<f64>(i) + service.uniform()) / kStretches, 512);
    }
  }
  const Assessment leak = judged(service, ramp(4));
  CHECK(leak.verdict == Verdict::kGrowing);
  CHECK(leak.pattern == Pattern::kSteady);
}

TEST_CASE("a counter that begins anew counts as no work, and few points as no knowledge") {
  std::vector<WorkPoint> points = ramp(1);
  for (size_t i = 300; i < points.size(); ++i) points[i].done -= points[300].done;
  const Load load(points);
  const Stretches work = load.work(kRun_s, [](size_t i) { return kRun_s * static_cast<f64>(i) / kStretches; });
  for (const f64 w : work) CHECK(w >= 0);
  CHECK(load.known_until(kRun_s));
  CHECK_FALSE(load.known_until(5));
}

}  // namespace lw
