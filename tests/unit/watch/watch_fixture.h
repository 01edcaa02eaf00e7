// SPDX-License-Identifier: Apache-2.0
// A board of a simulated service: three places in functions called leak, cache and table; the first leaks.
#pragma once

#include <string>

#include "analyzer/watch/lines.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw::test {

class WatchFixture {
 public:
  // Watched for so long, with `looks` snapshots at even distances.
  explicit WatchFixture(f64 now_s = 600, int looks = 12, DumpReason last = DumpReason::kPeek) {
    SimulatedService service(7, 4096);
    const u32 leak = service.add_site(), cache = service.add_site(), table = service.add_site();
    service.arrivals(0, now_s, 20, [&](f64 at_s) { service.allocate(leak, at_s, 1024); });
    service.arrivals(0, now_s, 40, [&](f64 at_s) { service.allocate(cache, at_s, 512, at_s + 5); });
    for (int i = 0; i < 200; ++i) service.allocate(table, 0.01 * i, 2048);
    observation = service.observe(now_s, looks, last);
    Process& process = observation.processes.front();
    process.start_unix_ns = 1'000'000'000'000;
    for (Profile& profile : process.profiles) {
      profile.taken_unix_ns = process.start_unix_ns + static_cast<u64>(profile.taken_s * 1e9);
    }
    report = report_on(observation);
    for (const Assessment& site : report.processes.front().sites) {
      const Frame& frame = observation.code[observation.code[site.stack].frames.front()];
      names.add(site.stack, named(SimulatedService::site_at(frame.offset)));
    }
    add_findings(report, observation, names, {});
  }

  Board board(const BoardChoice& choice = {}) const { return board_of(observation, report, names, choice); }

  static std::string place_of(const std::string& function) {
    static const char* const kFunctions[] = {"leak", "cache", "table"};
    for (u32 i = 0; i < 3; ++i) {
      if (function == kFunctions[i]) return function + "()\nserver.cc\n" + std::to_string(10 + i) + "\nserver";
    }
    return "";
  }

  Observation observation;
  Report report;
  Names names;

 private:
  static NamedStack named(u32 site) {
    static const char* const kFunctions[] = {"leak()", "cache()", "table()"};
    NamedStack stack;
    for (const std::string& function : {std::string(kFunctions[site % 3]), std::string("main")}) {
      NamedFrame frame;
      frame.function = function;
      frame.file = "server.cc";
      frame.line = function == "main" ? 99 : 10 + site % 3;
      frame.module = "server";
      frame.named = true;
      stack.frames.push_back(frame);
    }
    return stack;
  }
};

// A screen without colours, in Unicode.
inline Glass glass_of(size_t rows, size_t columns) {
  Glass glass;
  glass.size = {rows, columns};
  glass.terminal.width = columns;
  return glass;
}

inline std::string text_of(const ScreenLine& line) {
  std::string text;
  for (const Span& span : line) text += span.text;
  return text;
}

}  // namespace lw::test
