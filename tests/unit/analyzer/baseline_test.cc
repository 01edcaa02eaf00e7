// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "analyzer/commands/baseline_file.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

// A healthy server with a cache; `leaks_per_s` besides, and a cache `growth` times as large.
struct Run {
  Observation observation;
  Report report;
  Names names;
  std::vector<MeasuredProcess> processes;

  explicit Run(u64 seed, int count, f64 leaks_per_s = 0, f64 growth = 1) {
    for (int number = 0; number < count; ++number) {
      SimulatedService s(100 * seed + static_cast<u64>(number), 16 << 10);
      const u32 cache = s.add_site(), leak = s.add_site(), request = s.add_site();
      s.arrivals(0, 400, 10 * growth, [&](f64 at_s) { s.allocate(cache, at_s, 4096, at_s + 60); });
      s.arrivals(0, 400, leaks_per_s, [&](f64 at_s) { s.allocate(leak, at_s, 4096); });
      s.arrivals(0, 400, 20, [&](f64 at_s) { s.allocate(request, at_s, 2048, at_s + s.exponential(1)); });
      Observation one = s.observe(400, 8);
      observation.processes.push_back(std::move(one.processes[0]));
      observation.code = std::move(one.code);
    }
    report = report_on(observation);
    const char* functions[] = {"Cache::put(Key)", "remember(int)", "answer()"};
    for (size_t i = 0; i < 3; ++i) {
      NamedFrame frame;
      frame.function = functions[i];
      frame.named = true;
      names.add(observation.processes[0].series[i].stack, {{frame}, 0, false});
    }
    add_findings(report, observation, names, {});
    for (const ProcessReport& process : report.processes) {
      processes.push_back(measured(observation, process, names, 0));
    }
  }

  std::vector<Violation> beyond(const Baseline& baseline) const {
    std::vector<std::string> unknown;
    return violations_beyond(baseline, observation, report, processes, names, {}, unknown);
  }
};

Baseline baseline_of(const Run& run) { return baseline_of(run.processes, run.observation); }

std::string why_refused(const std::string& text) {
  Baseline baseline;
  std::string why_not;
  CHECK_FALSE(parse_baseline(text, baseline, why_not));
  return why_not;
}

}  // namespace

TEST_CASE("a healthy process stays within the baseline of healthy ones") {
  const Baseline one = baseline_of(Run(1, 1)), many = baseline_of(Run(2, 6));
  int beyond = 0;
  for (u64 seed = 10; seed < 60; ++seed) {
    const Run run(seed, 1);
    beyond += !run.beyond(one).empty() + !run.beyond(many).empty();
  }
  CHECK(beyond <= 1);
}

TEST_CASE("a leak that the baseline did not have is beyond it, one that it had is not, until it is worse") {
  const Baseline healthy = baseline_of(Run(1, 4)), leaking = baseline_of(Run(2, 4, 2));
  const Run same(3, 1, 2), worse(4, 1, 12);
  REQUIRE(same.beyond(healthy).size() == 1);
  CHECK(same.beyond(healthy)[0].verdict == Verdict::kGrowing);
  CHECK(same.beyond(leaking).empty());
  REQUIRE(worse.beyond(leaking).size() == 1);
  CHECK(worse.beyond(leaking)[0].beyond->quantity == Quantity::kGrowth);
}

TEST_CASE("a cache three times as large as usual is beyond the baseline though it does not grow") {
  const Baseline baseline = baseline_of(Run(1, 4));
  const std::vector<Violation> violations = Run(2, 1, 0, 3).beyond(baseline);
  REQUIRE(violations.size() == 1);
  REQUIRE(violations[0].beyond);
  CHECK(violations[0].beyond->value > 2 * violations[0].beyond->usual);
}

TEST_CASE("one bad process among many is named, not their mean") {
  const Baseline baseline = baseline_of(Run(1, 4));
  Run fleet(2, 9);
  const Run bad(3, 1, 12);
  fleet.observation.processes.push_back(bad.observation.processes[0]);
  fleet.report = report_on(fleet.observation);
  add_findings(fleet.report, fleet.observation, fleet.names, {});
  fleet.processes.clear();
  for (const ProcessReport& process : fleet.report.processes) {
    fleet.processes.push_back(measured(fleet.observation, process, fleet.names, 0));
  }
  const std::vector<Violation> violations = fleet.beyond(baseline);
  REQUIRE(violations.size() == 1);
  CHECK(violations[0].seen_in.size() == 1);
}

TEST_CASE("a baseline survives its file") {
  const Baseline baseline = baseline_of(Run(1, 3, 2));
  Baseline read;
  std::string why_not;
  REQUIRE(parse_baseline(baseline_text(baseline), read, why_not));
  CHECK(baseline_text(read) == baseline_text(baseline));
  CHECK(Run(2, 1, 2).beyond(read).empty());
}

TEST_CASE("a file that is no baseline, a damaged one or a newer one is refused with a sentence") {
  const std::string good = baseline_text(baseline_of(Run(1, 2)));
  CHECK(why_refused("{}") == "is no baseline; `leakwatch baseline -o FILE PATH` makes one");
  CHECK(why_refused("[1]") == "is no baseline; `leakwatch baseline -o FILE PATH` makes one");
  CHECK(why_refused("hello").find("is damaged at byte 1: no JSON") == 0);
  CHECK(why_refused(good.substr(0, good.size() / 2)).find("is damaged at byte ") == 0);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  CHECK(why_refused(replaced("\"baseline\": 1", "\"baseline\": 2")).find("was made by a newer leakwatch") == 0);
  CHECK(why_refused(replaced("\"processes\": 2", "\"processes\": 0")).find("\"processes\" is 0") != std::string::npos);
  CHECK(why_refused(replaced("\"processes\": 2", "\"processes\": 1e99")).find("is damaged") == 0);
  CHECK(why_refused(replaced("\"places\"", "\"Places\"")).find("key 'places' not found") != std::string::npos);
  CHECK(why_refused(replaced("\"mean\": ", "\"mean\": \"x\", \"m\": ")).find("is damaged") == 0);
}

}  // namespace lw
