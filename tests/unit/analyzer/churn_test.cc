// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/churn.h"

#include <catch2/catch.hpp>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 12;

struct Load {
  f64 site_per_s = 200000;  // blocks of 64 bytes at the site
  f64 all_per_s = 800000;   // of the whole process
  f64 cpus = 0.11;          // that it keeps busy
  f64 life_s = 0.001;
};

std::vector<Assessment> churn_under(const Load& load) {
  SimulatedService service(3, 64 << 10);
  const u32 site = service.add_site();
  service.arrivals(0, kRun_s, load.site_per_s,
                   [&](f64 at_s) { service.allocate(site, at_s, 64, at_s + service.exponential(load.life_s)); });
  Observation observation = service.observe(kRun_s, 3);
  Process& process = observation.processes[0];
  MemoryPoint point{};
  point.time_ns = static_cast<u64>(kRun_s * 1e9);
  point.allocations = point.frees = static_cast<u64>(load.all_per_s * kRun_s);
  process.memory.push_back(point);
  process.receipt.cpu_ns = static_cast<u64>(load.cpus * kRun_s * 1e9);
  Names names;
  NamedFrame frame;
  frame.function = "render";
  frame.named = true;
  names.add(process.series[site].stack, {{frame}, 0, false});
  const auto sites = assess_sites(observation);
  const auto found = churning(observation, sites, names);
  if (!found.empty()) CHECK(may_be_churn(process, sites[site]));
  return found;
}

}  // namespace

TEST_CASE("a program that spends a tenth of its time in the allocator is told where") {
  const auto found = churn_under({});
  REQUIRE(found.size() == 1);
  CHECK(found[0].verdict == Verdict::kChurn);
  REQUIRE(found[0].churn);
  CHECK(found[0].churn->blocks_per_s == Approx(200000).epsilon(0.1));
  CHECK(found[0].churn->bytes_per_s == Approx(200000 * 64).epsilon(0.1));
  CHECK(found[0].churn->call_share == Approx(0.25).epsilon(0.1));
  CHECK(found[0].churn->cpu_share == Approx(800000 * kPairCost_s / 0.11).epsilon(0.01));
}

TEST_CASE("allocations that do not matter are not told") {
  CHECK(churn_under({.cpus = 1}).empty());                          // it has other things to do
  CHECK(churn_under({.all_per_s = 200000, .cpus = 0.02}).empty());  // it does hardly anything
  CHECK(churn_under({.site_per_s = 20000}).empty());                // others make them
  CHECK(churn_under({.life_s = 30}).empty());                       // they are kept for a while
}

}  // namespace lw
