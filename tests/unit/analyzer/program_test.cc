// SPDX-License-Identifier: Apache-2.0
// Several processes of one program: the common clock, and leaks that are too rare in each of them.
#include <catch2/catch.hpp>
#include <cmath>

#include "analyzer/model/change_point.h"
#include "analyzer/model/exposure.h"
#include "analyzer/model/load_profile.h"
#include "analyzer/model/once_each.h"
#include "analyzer/model/report.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;

// Processes that ran so long; `act(service, site, run_s)` says what each of them does at its only site of interest.
// Beside it each has a start-up table.
template <class Act>
Observation processes(const std::vector<f64>& runs_s, Act act) {
  ProfileLoader loader;
  for (size_t i = 0; i < runs_s.size(); ++i) {
    SimulatedService service(100 + i, kInterval);
    const u32 site = service.add_site(), table = service.add_site();
    act(service, site, runs_s[i]);
    for (int k = 0; k < 3; ++k) service.record(table, std::min(1.0, runs_s[i] / 10), 512);
    for (const f64 share : {0.5, 1.0}) {
      Snapshot shot = service.snapshot(share * runs_s[i], share < 1 ? DumpReason::kPeriod : DumpReason::kPeek);
      shot.process.pid = 100 + i;
      loader.add(shot);
    }
  }
  return loader.finish();
}

// Workers with a leak.
Observation workers(const std::vector<f64>& runs_s, f64 samples_per_s) {
  return processes(runs_s, [&](SimulatedService& service, u32 site, f64 run_s) {
    service.arrivals(0, run_s, samples_per_s, [&](f64 at_s) { service.record(site, at_s, 512); });
  });
}

std::vector<f64> durations(size_t count, f64 shortest_s, f64 longest_s) {
  std::vector<f64> runs_s;
  for (size_t i = 0; i < count; ++i) {
    runs_s.push_back(shortest_s * std::pow(longest_s / shortest_s, static_cast<f64>(i) / static_cast<f64>(count - 1)));
  }
  return runs_s;
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

TEST_CASE("a buffer that each process makes when it first needs one is no finding, however many processes there are") {
  const auto once = [](SimulatedService& service, u32 site, f64 run_s) {
    service.record(site, run_s * service.uniform(), 512);
  };
  for (const auto& runs_s : {std::vector<f64>(60, 600), durations(60, 20, 600)}) {
    Names names;
    CHECK(judged(processes(runs_s, once), names).programs.empty());
  }
}

TEST_CASE("one birth each is told from as many births by chance") {
  std::vector<std::vector<Birth>> once, by_chance;
  SimulatedService dice(3, 1);
  for (int i = 0; i < 40; ++i) {
    once.push_back({{.at_s = 100 * dice.uniform(), .size = 512, .weight = {}, .event = 1}});
    by_chance.emplace_back();
    dice.arrivals(0, 100, 0.01, [&](f64 at_s) { by_chance.back().push_back({at_s, 512, {}, 1}); });
  }
  const std::vector<f64> windows_s(40, 100);
  CHECK(once_each(once, windows_s) > 0.99);
  CHECK(once_each(by_chance, windows_s) < 0.02);
  CHECK(once_each({{}, {}}, {100, 100}) == 0);
  // Very many in each are not one.
  std::vector<std::vector<Birth>> many(2);
  for (auto& births : many) dice.arrivals(0, 100, 5, [&](f64 at_s) { births.push_back({at_s, 512, {}, 1}); });
  CHECK(once_each(many, {100, 100}) < 1e-6);
}

TEST_CASE("processes that end before their start-up is over say nothing about growth, however many they are") {
  const auto grows_quickly = [](SimulatedService& service, u32 site, f64 run_s) {
    service.arrivals(0, run_s, 4 / run_s, [&](f64 at_s) { service.record(site, at_s, 512); });
  };
  std::vector<f64> runs_s = durations(60, 0.2, 5);
  Names names;
  CHECK(judged(processes(runs_s, grows_quickly), names).programs.empty());
  // A longer one among them makes none of them older.
  runs_s.push_back(40);
  CHECK(judged(processes(runs_s, grows_quickly), names).programs.empty());
}

TEST_CASE("a finding that several processes share says who frees such blocks in any of them") {
  Observation observation = workers(std::vector<f64>(50, 600), 1.5 / 600);
  Names names;
  NamedFrame frame;
  frame.function = "close";
  frame.named = true;
  const StackNumber closing{1000};
  names.add(closing, {{frame}, 0, false});
  for (Process& process : observation.processes) process.releases = {{0, closing, 1, 5, 5, 2560}};
  const Report report = judged(observation, names);
  REQUIRE(report.programs.size() == 1);
  REQUIRE(report.programs[0].findings[0].freed_by.size() == 1);
  CHECK(report.programs[0].findings[0].freed_by[0].stack == closing);
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
