// SPDX-License-Identifier: Apache-2.0
// Several processes of one program: the common clock, and leaks that are too rare in each of them.
#include <catch2/catch.hpp>

#include "analyzer/model/change_point.h"
#include "analyzer/model/exposure.h"
#include "analyzer/model/load_profile.h"
#include "analyzer/model/report.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;

// Workers with about `samples` samples of one leak each, and a start-up table.
Observation workers(const std::vector<f64>& runs_s, f64 samples_per_s) {
  ProfileLoader loader;
  for (size_t i = 0; i < runs_s.size(); ++i) {
    SimulatedService service(100 + i, kInterval);
    const u32 leak = service.add_site(), table = service.add_site();
    service.arrivals(0, runs_s[i], samples_per_s, [&](f64 at_s) { service.record(leak, at_s, 512); });
    for (int k = 0; k < 3; ++k) service.record(table, 1, 512);
    for (const f64 share : {0.5, 1.0}) {
      Snapshot shot = service.snapshot(share * runs_s[i], share < 1 ? DumpReason::kPeriod : DumpReason::kPeek);
      shot.process.pid = 100 + i;
      loader.add(shot);
    }
  }
  return loader.finish();
}

Report judged(const Observation& observation, Names& names) {
  for (const Process& process : observation.processes) {
    for (const Series& series : process.series) {
      NamedFrame frame;
      frame.function = "site " + std::to_string(static_cast<u32>(series.stack));
      frame.named = true;
      names.add(series.stack, {{frame}, 0, false});
    }
  }
  Report report = report_on(observation);
  add_findings(report, observation, names, {});
  return report;
}

}  // namespace

TEST_CASE("the common clock passes faster while more processes live") {
  const Exposure clock({100, 200, 300});
  CHECK(clock.total_s() == 600);
  CHECK(clock.share(100) == Approx(0.5));
  CHECK(clock.share(200) == Approx(500.0 / 600));
  CHECK(clock.share(300) == Approx(1));
  for (const f64 uptime_s : {0.0, 30.0, 150.0, 290.0}) CHECK(clock.uptime_s(clock.share(uptime_s)) == Approx(uptime_s));
}

TEST_CASE("a leak that is too rare in each of fifty workers is found in all of them together") {
  const Observation observation = workers(std::vector<f64>(50, 600), 1.5 / 600);
  Names names;
  const Report report = judged(observation, names);
  REQUIRE(report.programs.size() == 1);
  REQUIRE(report.programs[0].findings.size() == 1);
  const Assessment& finding = report.programs[0].findings[0];
  CHECK(finding.processes == 50);
  CHECK(finding.seen_in > 30);
  const f64 truth = 1.5 / 600 * kInterval;  // of each process
  CHECK(finding.bytes_per_s.low < truth);
  CHECK(finding.bytes_per_s.high > truth);
}

TEST_CASE("a finding that only the program has is also put to one of its processes") {
  const Observation observation = workers(std::vector<f64>(50, 600), 1.5 / 600);
  Names names;
  size_t findings = 0;
  for (const ProcessReport& process : judged(observation, names).processes) {
    findings += process.findings.size();
    for (const Assessment& finding : process.findings) CHECK(finding.told_of_program);
  }
  CHECK(findings == 1);
}

TEST_CASE("restarts are aligned on their uptime") {
  std::vector<f64> runs_s;
  for (int i = 1; i <= 30; ++i) runs_s.push_back(60.0 * i);
  const Observation observation = workers(runs_s, 1.0 / 400);
  Names names;
  CHECK(judged(observation, names).programs.size() == 1);
}

TEST_CASE("tables that every worker fills at its start are no finding of the program") {
  const Observation observation = workers(std::vector<f64>(50, 600), 1e-9);
  Names names;
  CHECK(judged(observation, names).programs.empty());
}

TEST_CASE("the moment of a change is within its limits in about 95 of 100 cases") {
  int inside = 0;
  for (u64 seed = 1; seed <= 200; ++seed) {
    SimulatedService dice(seed, 1);
    std::vector<f64> at;
    dice.arrivals(0, 0.4, 20, [&](f64 moment) { at.push_back(moment); });
    dice.arrivals(0.4, 1, 200, [&](f64 moment) { at.push_back(moment); });
    const Estimate change = change_point_of(at, 1);
    inside += change.low - 0.005 <= 0.4 && 0.4 <= change.high + 0.005;
  }
  CHECK(inside >= 182);
}

TEST_CASE("nothing has no moment of change") { CHECK(change_point_of({}, 1).value == 0); }

}  // namespace lw
