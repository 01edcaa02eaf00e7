// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/findings.h"

#include <catch2/catch.hpp>

#include "analyzer/model/limits.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr f64 kRun_s = 600;

void leak(SimulatedService& service, u32 site, f64 samples) {
  service.arrivals(0, kRun_s, samples * kInterval / 512 / kRun_s, [&](f64 at_s) { service.allocate(site, at_s, 512); });
}

// Every series gets the function of the given list as its blamed frame.
Names names_of(const Observation& observation, const std::vector<std::string>& functions) {
  Names names;
  for (size_t i = 0; i < functions.size(); ++i) {
    NamedFrame frame;
    frame.function = functions[i];
    frame.named = true;
    names.add(observation.processes[0].series[i].stack, {{frame}, 0, false});
  }
  return names;
}

}  // namespace

TEST_CASE("stacks of one line that are each too rarely sampled are a finding together") {
  SimulatedService service(3, kInterval);
  const std::vector<std::string> functions(8, "cache");
  for (size_t i = 0; i < functions.size(); ++i) leak(service, service.add_site(), 6);
  const Observation observation = service.observe(kRun_s, 12);
  const auto sites = assess_sites(observation);
  for (const Assessment& site : sites) CHECK(site.verdict != Verdict::kGrowing);
  const auto findings = findings_of(observation, sites, names_of(observation, functions), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kGrowing);
  CHECK(findings[0].series.size() == 8);
}

TEST_CASE("stacks of other lines stay apart, the fastest leak first") {
  SimulatedService service(3, kInterval);
  leak(service, service.add_site(), 60);
  leak(service, service.add_site(), 200);
  const Observation observation = service.observe(kRun_s, 12);
  const auto findings =
      findings_of(observation, assess_sites(observation), names_of(observation, {"slow", "fast"}), {});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].series == std::vector<u32>{1});
  CHECK(findings[1].series == std::vector<u32>{0});
}

TEST_CASE("leaks of one line are one finding with the sum of their growth") {
  SimulatedService service(3, kInterval);
  leak(service, service.add_site(), 100);
  leak(service, service.add_site(), 100);
  const Observation observation = service.observe(kRun_s, 12);
  const auto findings = findings_of(observation, assess_sites(observation), names_of(observation, {"put", "put"}), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].bytes_per_s.value == Approx(200 * kInterval / kRun_s).epsilon(0.3));
}

TEST_CASE("a block freed through the wrong function is a finding of its own") {
  SimulatedService service(3, kInterval);
  service.allocate(service.add_site(), 1, 1 << 20, 2);
  Observation observation = service.observe(kRun_s, 3);
  observation.processes[0].series[0].mismatches = 2;
  observation.processes[0].series[0].mismatch_kinds = 2 * 256 + 1;
  const auto findings = findings_of(observation, assess_sites(observation), names_of(observation, {"copy"}), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kMismatch);
  CHECK(findings[0].mismatches == 2);
}

TEST_CASE("what was alive at a normal exit is listed only on request") {
  SimulatedService service(3, kInterval);
  const u32 site = service.add_site();
  for (int i = 0; i < 1000; ++i) service.allocate(site, 1, 4096);
  const Observation observation = service.observe(kRun_s, 3, DumpReason::kExit);
  const auto sites = assess_sites(observation);
  CHECK(sites[0].verdict == Verdict::kUnfreed);
  const Names names = names_of(observation, {"table"});
  CHECK(findings_of(observation, sites, names, {}).empty());
  CHECK(findings_of(observation, sites, names, {.unfreed = true}).size() == 1);
}

TEST_CASE("in exact mode what was alive at a normal exit is listed") {
  SimulatedService service(3, 1);
  const u32 site = service.add_site();
  for (int i = 0; i < 5; ++i) service.allocate(site, 1, 4096);
  const Observation observation = service.observe(kRun_s, 3, DumpReason::kExit);
  const auto findings = findings_of(observation, assess_sites(observation), names_of(observation, {"table"}), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].live_count.value == 5);
  CHECK(findings[0].live_count.high == 5);
}

TEST_CASE("drops lower the confidence") {
  SimulatedService service(3, kInterval);
  leak(service, service.add_site(), 200);
  Observation observation = service.observe(kRun_s, 12);
  const f64 before = assess_sites(observation)[0].confidence;
  const f64 allocated = observation.processes[0].series[0].points.back().allocated.bytes;
  observation.processes[0].drops.push_back({"live_table_full", 10, allocated / 9});
  CHECK(assess_sites(observation)[0].confidence == Approx(0.9 * before).margin(0.01));
}

TEST_CASE("a leak in a report is what a check breaks on, and a limit on what is alive is another") {
  SimulatedService service(3, kInterval);
  leak(service, service.add_site(), 200);
  const Observation observation = service.observe(kRun_s, 12);
  const Names names = names_of(observation, {"Cache::put"});
  Report report = report_on(observation);
  add_findings(report, observation, names, {});
  REQUIRE(report.processes[0].findings.size() == 1);
  CHECK(breaks(report.processes[0].findings[0], {}));
  CHECK(holding_too_much(report, {.most_live_bytes = 1e6}).size() == 1);
  CHECK(holding_too_much(report, {.most_live_bytes = 1e9}).empty());
  CHECK(holding_too_much(report, {}).empty());
}

}  // namespace lw
