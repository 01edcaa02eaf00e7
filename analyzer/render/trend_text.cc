// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/course.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/ledger_text.h"
#include "analyzer/render/sparkline.h"
#include "analyzer/render/trend.h"

namespace lw {
namespace {

std::string ahead_text(const TrendRow& row) {
  if (!row.rate) return "";
  if (!row.moves()) return "at most " + bytes_text(row.ahead.high);
  return fmt::format("{} ({} to {})", bytes_text(row.ahead.value), bytes_number(row.ahead.low, row.ahead.value),
                     bytes_number(row.ahead.high, row.ahead.value));
}

std::string now_text(const TrendRow& row) {
  if (!row.rate) return "?";
  return row.moves() ? rate_text(row.rate->value) : "level";
}

std::string table_of(const TrendOfProcess& trend, const Names& names, const Terminal& terminal) {
  using Side = Table::Side;
  const size_t width = std::clamp<size_t>(terminal.width / 10, 8, 24);
  Table table({Side::kLeft, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
  table.add({"course", "alive", "growth now", "in another " + span_text(trend.ahead_s), "site"});
  for (const TrendRow& row : trend.rows) {
    table.add({sparkline(row.course.levels, width, terminal), bytes_text(row.site.live_bytes.value), now_text(row),
               ahead_text(row), place_text(names.site(row.site.stack))});
  }
  return table.text(terminal.width, 2);
}

// Changes of rate, which a table has no room for.
std::string changes_of(const TrendOfProcess& trend, const Names& names, const Terminal& terminal) {
  std::string text;
  for (const TrendRow& row : trend.rows) {
    if (row.course.stretches.size() < 2) continue;
    text += wrapped(fmt::format("  {}: {}", place_text(names.site(row.site.stack)), course_text(row.course)),
                    terminal.width, 4) +
            '\n';
  }
  return text.empty() ? "" : "  Changes of rate:\n" + text;
}

}  // namespace

std::string trend_text(const std::vector<TrendOfProcess>& trends, const Names& names,
                       const std::vector<std::string>& warnings, const Terminal& terminal) {
  std::string text;
  for (const TrendOfProcess& trend : trends) {
    if (!text.empty()) text += '\n';
    text += wrapped(process_text(*trend.report->process), terminal.width, 2) + '\n';
    if (trend.rows.empty()) {
      text += "  nothing that was sampled is alive\n";
      continue;
    }
    text += table_of(trend, names, terminal);
    if (trend.left_out > 0) text += fmt::format("  and {} more (-n shows them)\n", trend.left_out);
    text += changes_of(trend, names, terminal);
    const std::string forecast = forecast_text(*trend.report, names);
    if (!forecast.empty()) text += wrapped("  " + forecast, terminal.width, 2) + '\n';
  }
  if (!warnings.empty()) text += '\n';
  for (const std::string& warning : warnings) text += wrapped("Note: " + warning, terminal.width, 2) + '\n';
  return shown_on(terminal, text);
}

}  // namespace lw
