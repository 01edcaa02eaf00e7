// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/diff.h"

#include <catch2/catch.hpp>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr f64 kRun_s = 600;

// A service whose sites hold steady levels; the site numbered `leaking` grows besides.
struct Run {
  Observation observation;
  Report report;
  Names names;

  Run(u64 seed, int sites, int leaking) {
    SimulatedService service(seed, kInterval);
    for (int i = 0; i < sites; ++i) {
      const u32 site = service.add_site();
      service.arrivals(0, kRun_s, 100,
                       [&](f64 at_s) { service.allocate(site, at_s, 4096, at_s + service.exponential(20)); });
      if (i == leaking) service.arrivals(0, kRun_s, 20, [&](f64 at_s) { service.allocate(site, at_s, 4096); });
    }
    observation = service.observe(kRun_s, 12);
    report = report_on(observation);
    for (int i = 0; i < sites; ++i) {
      NamedFrame frame;
      frame.function = "site" + std::to_string(i);
      frame.line = static_cast<u32>(seed);  // another build: lines have moved
      names.add(observation.processes[0].series[static_cast<size_t>(i)].stack, {{frame}, 0, false});
    }
  }
  DiffSide side() const { return {&observation, &report, &names}; }
};

}  // namespace

TEST_CASE("two runs of the same service do not differ") {
  int changed = 0;
  for (u64 seed = 1; seed <= 10; ++seed) {
    const Run base(seed, 5, -1), fresh(100 + seed, 5, -1);
    changed += static_cast<int>(changes_between(base.side(), fresh.side()).size());
  }
  CHECK(changed <= 2);
}

TEST_CASE("a leak that is new in the new build is the first change, matched by its function") {
  const Run base(1, 5, -1), fresh(2, 5, 3);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(!changes.empty());
  CHECK(changes[0].in_base);
  CHECK(changes[0].in_new);
  CHECK(changes[0].growth_bytes_per_s.low > 0);
  CHECK(changes[0].growth_bytes_per_s.low < 20 * 4096);
  CHECK(changes[0].growth_bytes_per_s.high > 20 * 4096);
  CHECK(fresh.names[changes[0].site.stack].site().function == "site3");
}

TEST_CASE("what was repaired is a change downwards") {
  const Run base(1, 5, 3), fresh(2, 5, -1);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(!changes.empty());
  CHECK(changes.back().growth_bytes_per_s.high < 0);
}

TEST_CASE("a site that exists on one side only is compared with nothing") {
  const Run base(1, 3, -1), fresh(2, 4, -1);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].in_base);
  CHECK(changes[0].live_bytes.low > 0);
}

}  // namespace lw
