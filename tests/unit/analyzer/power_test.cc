// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/power.h"

#include <catch2/catch.hpp>

#include "analyzer/model/assess.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {

TEST_CASE("a leak at the rate that a report promises to see is seen") {
  constexpr u64 kInterval = 64 << 10;
  constexpr f64 kRun_s = 600;
  const f64 promised = power_of(SimulatedService(1, kInterval).observe(kRun_s, 10).processes.at(0)).bytes_per_s;
  CHECK(promised == Approx(kVisibleSamples * kInterval / kRun_s));

  int seen = 0;
  constexpr int kServices = 400;
  for (u64 seed = 1; seed <= kServices; ++seed) {
    SimulatedService service(seed, kInterval);
    const u32 site = service.add_site();
    service.arrivals(0, kRun_s, promised / 256, [&](f64 at_s) { service.allocate(site, at_s, 256); });
    if (assess_sites(service.observe(kRun_s, 10)).at(site).verdict == Verdict::kGrowing) ++seen;
  }
  CHECK(seen >= 0.94 * kServices);
}

TEST_CASE("a process that is too young promises nothing, and says how long to wait") {
  SimulatedService service(1, 1024);
  const Power power = power_of(service.observe(3, 3).processes.at(0));
  CHECK(power.bytes_per_s == 0);
  CHECK(power.wait_s > 3);
  CHECK(power.wait_s < 10);
}

}  // namespace lw
