// SPDX-License-Identifier: Apache-2.0
// The names of test cases: their history must be followed from run to run, so two findings may not share one.
#include <catch2/catch.hpp>

#include "analyzer/render/check.h"

namespace lw {
namespace {

Assessment leak_at(u32 stack) {
  Assessment leak;
  leak.verdict = Verdict::kGrowing;
  leak.stack = StackNumber{stack};
  return leak;
}

Names names_of_lines(const std::vector<u32>& lines) {
  Names names;
  for (size_t i = 0; i < lines.size(); ++i) {
    NamedFrame frame;
    frame.function = "Cache::put";
    frame.file = "src/cache.cc";
    frame.line = lines[i];
    frame.named = true;
    names.add(StackNumber{static_cast<u32>(i)}, {{frame}, 0, false});
  }
  return names;
}

size_t times(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("findings in one function are test cases with names of their own, in the order of its lines") {
  Process process;
  process.name = "server";
  process.profiles.push_back({1, 0, 0, DumpReason::kPeek, 1});
  Report report;
  report.processes.emplace_back().process = &process;
  const Names names = names_of_lines({42, 17});
  const Assessment later = leak_at(0), earlier = leak_at(1);
  Violations violations(names);
  violations.add(report.processes[0], later);
  violations.add(report.processes[0], earlier);
  Checked checked;
  checked.report = &report;
  checked.violations = violations.sorted();
  const std::string xml = check_junit(checked, names);
  CHECK(times(xml, "name=\"growing at Cache::put in cache.cc\"") == 1);
  CHECK(times(xml, "name=\"growing at Cache::put in cache.cc, place 2\"") == 1);
  // The one further down is the second.
  const size_t second = xml.find("place 2");
  CHECK(xml.find("cache.cc:42", second) < xml.find("</testcase>", second));
}

}  // namespace lw
