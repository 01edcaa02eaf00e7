// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/html_report.h"

#include <catch2/catch.hpp>

#include "analyzer/model/heaviest_sites.h"
#include "analyzer/render/json.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 300;

NamedFrame hostile_frame(u32 number) {
  NamedFrame frame;
  frame.function = "Pool<</script><!--<script>alert(" + std::to_string(number) + ")</script>>" + std::string(900, 'x');
  frame.file = "a\"b\\c\xff.cc";
  frame.line = number;
  frame.named = true;
  return frame;
}

// A service, looked at and named, and the page on it.
struct Seen {
  Seen(u32 sites, int snapshots) : service(1, 4096) {
    for (u32 i = 0; i < sites; ++i) service.add_site();
    service.arrivals(0, kRun_s, 400, [&](f64 at_s) {
      const u32 site = static_cast<u32>(service.uniform() * sites);
      service.allocate(site, at_s, 2048, site % 8 == 0 ? kNever : at_s + 5);
    });
    observation = service.observe(kRun_s, snapshots);
    report = report_on(observation);
    NamedCode code(observation.code.frame_count());
    for (u32 i = 0; i < observation.code.frame_count(); ++i) code.name(FrameNumber{i}, {hostile_frame(i)});
    for (const Assessment& site : report.processes[0].sites) {
      NamedStack stack;
      for (const FrameNumber frame : observation.code[site.stack].frames) stack.frames.push_back(code[frame][0]);
      names.add(site.stack, stack);
    }
    add_findings(report, observation, names, {});
    view = stack_view(observation, report, code, measure_by("live_bytes"), {});
  }

  std::string page() const { return html_report({observation, report, names, view}); }

  SimulatedService service;
  Observation observation;
  Report report;
  Names names;
  StackView view;
};

std::string text_between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t from = text.find(before) + before.size();
  return text.substr(from, text.find(after, from) - from);
}

Json json_in(const std::string& page) {
  return Json::parse(text_between(page, "<script type=\"application/json\" id=\"data\">", "</script>"));
}

f64 sum_at_end(const Json& process, const char* by) {
  f64 sum = process["rest"][by].back();
  for (const Json& stack : process["stacks"]) sum += stack[by].back().get<f64>();
  return sum;
}

}  // namespace

TEST_CASE("no name of a watched program ends the page's JSON, or begins a script") {
  const std::string page = Seen(20, 5).page();
  const Json json = json_in(page);
  REQUIRE(json["functions"].size() > 0);
  CHECK(json["functions"][0][0].get<std::string>().find("</script><!--<script>alert(") != std::string::npos);
  CHECK(page.find("<script>alert(") == page.npos);
}

TEST_CASE("a page of many stacks keeps its size, says what is left out, and adds it up") {
  const Seen seen(4000, 100);
  const std::string page = seen.page();
  CHECK(page.size() <= kMostPageBytes);
  CHECK(page.size() > kMostPageBytes / 2);
  const Json process = json_in(page)["processes"][0];
  CHECK(process["stacks"].size() + process["rest"]["stacks"].get<size_t>() == 4000);
  CHECK(process["rest"]["stacks"] > 0);
  CHECK(process["moments"]["t_s"].size() <= 61);
  Subject all{&seen.observation.processes[0], &seen.observation.processes[0].live, {}};
  for (u32 i = 0; i < 4000; ++i) all.series.push_back(i);
  const Level end = levels_of(all).back();
  CHECK(sum_at_end(process, "alive") == Approx(end.bytes).epsilon(1e-4));
  CHECK(sum_at_end(process, "allocated") == Approx(end.allocated.bytes).epsilon(1e-4));
}

TEST_CASE("the heaviest sites are those that leak, and then the largest in any respect") {
  const Seen seen(64, 12);
  const ProcessReport& report = seen.report.processes[0];
  const std::vector<u32> heaviest = heaviest_sites(report, 16);
  REQUIRE(heaviest.size() == 16);
  size_t leaks = 0;
  for (const Assessment& site : report.sites) leaks += words_of(site.verdict).leak;
  REQUIRE(leaks > 4);
  for (size_t i = 0; i < std::min(leaks, heaviest.size()); ++i) {
    CHECK(words_of(report.sites[heaviest[i]].verdict).leak);
  }
}

TEST_CASE("telling profiles are evenly spread and keep both ends") {
  Process process;
  for (u32 i = 0; i < 1000; ++i) process.profiles.push_back({10.0 + i, 0, i, DumpReason::kPeriod, 1});
  process.before_exit.emplace();
  process.before_exit->profile = 998;
  const std::vector<u32> kept = telling_profiles(process, 50);
  CHECK(kept.size() <= 51);
  CHECK(kept.size() >= 48);
  CHECK(kept.front() == 0);
  CHECK(kept.back() == 999);
  CHECK(kept[kept.size() - 2] == 998);
  for (size_t i = 1; i + 2 < kept.size(); ++i) CHECK(kept[i] - kept[i - 1] <= 22);
  CHECK(telling_profiles(process, 1000).size() == 1000);
}

TEST_CASE("levels at some profiles are those that all profiles have there") {
  Seen seen(5, 9);
  const Subject subject{&seen.observation.processes[0], &seen.observation.processes[0].live, {0, 2, 3}};
  const std::vector<Level> all = levels_of(subject);
  const u32 some[] = {1, 4, 8};
  const std::vector<Level> few = levels_at(subject, some);
  REQUIRE(few.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(few[i].at_s == all[some[i]].at_s);
    CHECK(few[i].bytes == all[some[i]].bytes);
    CHECK(few[i].allocated == all[some[i]].allocated);
  }
}

}  // namespace lw
