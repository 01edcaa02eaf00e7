// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thinning.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "analyzer/model/assess.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

MemoryPoint point_at(f64 at_s, u64 interval) {
  MemoryPoint point{};
  point.time_ns = static_cast<u64>(at_s * 1e9);
  point.interval = interval;
  return point;
}

// Sampled every `narrow` bytes for 50 s, then every `wide` ones for 50 s.
Process widened(u64 narrow, u64 wide) {
  Process process;
  for (int i = 0; i <= 100; ++i) process.memory.push_back(point_at(i, i < 50 ? narrow : wide));
  return process;
}

// How often one in so many histories with this law of births is called growth, while the interval widens half-way.
int called_growth(int histories, auto birth) {
  constexpr u64 kNarrow = 16 << 10, kWide = 8 * kNarrow, kSize = 512;
  constexpr f64 kRun_s = 3600;
  int called = 0;
  for (u64 seed = 1; seed <= static_cast<u64>(histories); ++seed) {
    SimulatedService service(seed, kNarrow);
    const u32 site = service.add_site();
    for (int i = 0; i < 60; ++i) service.record(site, kRun_s * birth(service.uniform()), kSize);
    service.widen(kRun_s / 2, kWide);
    Observation observation = service.observe(kRun_s, 2);
    for (int i = 0; i <= 300; ++i) {
      const f64 at_s = kRun_s * i / 300;
      observation.processes[0].memory.push_back(point_at(at_s, service.interval_at(at_s)));
    }
    called += assess_sites(observation)[0].verdict == Verdict::kGrowing;
  }
  return called;
}

}  // namespace

TEST_CASE("where the interval is wide, fewer small blocks are chosen, and no fewer large ones") {
  const Thinning thinning(widened(1 << 10, 8 << 10));
  const Stretches small = thinning.chosen(100, 16), large = thinning.chosen(100, 1 << 20);
  CHECK(small[10] / small[90] == Approx(8).epsilon(0.02));
  CHECK(large[90] == Approx(large[10]));
  CHECK(!thinning.range(100).even());
  CHECK(thinning.range(49).even());
  CHECK(thinning.range(100).widest == 8 << 10);
}

TEST_CASE("a table that was thinned as a whole is as if the interval had been wide from the start") {
  Process process = widened(1 << 10, 8 << 10);
  process.live.blocks.push_back({.birth_s = 1,
                                 .address = 1,
                                 .size = 64,
                                 .interval = 8 << 10,
                                 .series = 0,
                                 .kind = AllocKind::kMalloc,
                                 .flags = 0});
  CHECK(Thinning(process).range(100).even());
}

TEST_CASE("a warm-up under an interval that widens is no growth, a leak is one") {
  CHECK(called_growth(100, [](f64 u) { return -0.3 * std::log1p(u * std::expm1(-1 / 0.3)); }) <= 2);
  CHECK(called_growth(100, [](f64 u) { return u; }) >= 85);
}

}  // namespace lw
