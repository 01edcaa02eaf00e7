// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/limits.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

Assessment finding(Verdict verdict, f64 bytes, u32 stack = 0) {
  Assessment finding;
  finding.verdict = verdict;
  finding.stack = StackNumber{stack};
  finding.live_bytes = {bytes, bytes, bytes};
  finding.live_count = {bytes / 10, bytes / 10, bytes / 10};
  if (verdict == Verdict::kGrowing) finding.bytes_per_s = {bytes, bytes, bytes};
  return finding;
}

Names names_of(std::initializer_list<const char*> functions) {
  Names names;
  u32 stack = 0;
  for (const char* function : functions) {
    NamedFrame frame;
    frame.function = function;
    names.add(StackNumber{stack++}, {{frame}, 0, false});
  }
  return names;
}

}  // namespace

TEST_CASE("a build breaks on leaks and wrong frees, not on what a short process keeps to its end") {
  CHECK(breaks(finding(Verdict::kGrowing, 100), {}));
  CHECK(breaks(finding(Verdict::kLost, 100), {}));
  CHECK(breaks(finding(Verdict::kMismatch, 100), {}));
  CHECK_FALSE(breaks(finding(Verdict::kUnfreed, 100), {}));
  CHECK_FALSE(breaks(finding(Verdict::kChurn, 100), {}));
}

TEST_CASE("limits move what breaks a build") {
  CHECK_FALSE(breaks(finding(Verdict::kGrowing, 100), {.most_growth_bytes_per_s = 100}));
  CHECK(breaks(finding(Verdict::kGrowing, 101), {.most_growth_bytes_per_s = 100}));
  CHECK(breaks(finding(Verdict::kUnfreed, 1), {.unfreed = true}));
  CHECK(breaks(finding(Verdict::kUnfreed, 101), {.most_unfreed_bytes = 100}));
  CHECK_FALSE(breaks(finding(Verdict::kUnfreed, 100), {.most_unfreed_bytes = 100}));
  CHECK(breaks(finding(Verdict::kChurn, 1), {.also = {Verdict::kChurn}}));
}

TEST_CASE("one line in many processes is one violation, the worst process first") {
  const Names names = names_of({"put", "get"});
  const ProcessReport first{}, second{}, third{};
  const Assessment some = finding(Verdict::kUnfreed, 100), more = finding(Verdict::kUnfreed, 300),
                   other = finding(Verdict::kUnfreed, 50, 1), leak = finding(Verdict::kGrowing, 1, 1);
  Violations violations(names);
  violations.add(first, some);
  violations.add(second, more);
  violations.add(third, other);
  violations.add(third, leak);
  const std::vector<Violation> all = violations.sorted();
  REQUIRE(all.size() == 3);
  CHECK(all[0].verdict == Verdict::kGrowing);
  CHECK(all[1].seen_in == std::vector<const ProcessReport*>{&second, &first});
  CHECK(all[1].worst == &more);
  CHECK(all[1].live_bytes == 400);
  CHECK(all[1].live_count == 40);
  CHECK(all[2].worst == &other);
}

TEST_CASE("what a suppression matches is gone before findings are made, and counted if it would have been one") {
  const Names names = names_of({"known", "fresh"});
  Report report;
  ProcessReport& process = report.processes.emplace_back();
  process.sites = {finding(Verdict::kGrowing, 100), finding(Verdict::kGrowing, 100, 1), finding(Verdict::kSteady, 100)};
  Suppressions suppressions;
  REQUIRE(suppressions.parse("leak:known\nleak:nowhere\n").empty());
  take_away_accepted(report, names, {}, suppressions);
  REQUIRE(process.sites.size() == 1);
  CHECK(process.sites[0].stack == StackNumber{1});
  CHECK(suppressions.all()[0].sites == 1);
  CHECK(suppressions.all()[0].bytes == 100);
  CHECK(suppressions.all()[1].sites == 0);
}

}  // namespace lw
