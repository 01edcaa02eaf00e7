// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"
#include "analyzer/commands/answer.h"
#include "analyzer/model/measure.h"
#include "analyzer/render/trend.h"

namespace lw {
namespace {

// What certainly moves first, by how fast; then what holds the most.
bool moves_more(const TrendRow& a, const TrendRow& b) {
  if (a.moves() != b.moves()) return a.moves();
  if (a.moves() && a.rate->value != b.rate->value) return a.rate->value > b.rate->value;
  return a.site.live_bytes.value > b.site.live_bytes.value;
}

TrendOfProcess trend_of(const ProcessReport& report, f64 ahead_s, size_t most) {
  const Process& process = *report.process;
  TrendOfProcess trend{&report, ahead_s > 0 ? ahead_s : process.duration_s(), {}, 0};
  for (const Assessment& site : report.places) {
    if (site.samples == 0) continue;
    TrendRow& row = trend.rows.emplace_back();
    row.site = site;
    row.course = course_of({&process, &judged_live_set(process, site), site.series});
    row.rate = rate_now(site, row.course);
    row.ahead = level_ahead(site.live_bytes, row.rate.value_or(Estimate{}), trend.ahead_s);
  }
  std::stable_sort(trend.rows.begin(), trend.rows.end(), moves_more);
  trend.left_out = trend.rows.size() - std::min(most, trend.rows.size());
  trend.rows.resize(trend.rows.size() - trend.left_out);
  return trend;
}

}  // namespace

int trend_command(const Arguments& arguments) {
  AnswerChoice choice;
  choice.all_names = true;
  std::vector<std::string> paths;
  std::string ahead;
  unsigned most = 10;
  bool json = false;
  Options options(
      "trend", "Growth per line of code over time, its changes, and where it leads.",
      "The course is what was alive, from the start to the last snapshot; rates begin at the first snapshot. A\n"
      "change of rate is shown if noise alone would show one in less than one of a hundred courses. The\n"
      "forecast goes on at the present rate; where a line is a finding of the report, at that of the report.");
  options.arguments("PATH", paths, "snapshots, live files, folders of both, or PIDs");
  options.number("-n,--lines", most, "lines shown of each process (default 10)");
  options.text("--ahead", ahead, "TIME", "forecast for so much later: 90s, 30m, 24h, 7d (default: as long as watched)");
  options.flag("--json", json, "for programs");
  choice.work.add_to(options);
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;
  const std::optional<f64> ahead_s = ahead.empty() ? std::optional(0.0) : parse_duration(ahead);
  if (!ahead_s) {
    complain(fmt::format("trend: --ahead {} is not a time such as 30m", ahead));
    return kWrongUsage;
  }

  if (!choice.work.read()) return kDamaged;
  Answer result = answer(paths, choice);
  add_places(result.report, result.observation, result.names);
  std::vector<TrendOfProcess> trends;
  for (const ProcessReport& report : result.report.processes) trends.push_back(trend_of(report, *ahead_s, most));
  const std::string text =
      json ? trend_json(trends, result.names, result.report.warnings)
           : trend_text(trends, result.names, result.report.warnings, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  return result.status();
}

}  // namespace lw
