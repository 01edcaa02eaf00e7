// SPDX-License-Identifier: Apache-2.0
// Memory over time, and beside it the figures of now.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/units.h"
#include "analyzer/render/ledger_text.h"
#include "analyzer/render/memory_chart.h"
#include "analyzer/watch/line.h"
#include "analyzer/watch/lines.h"

namespace lw {
namespace {

constexpr size_t kFiguresWidth = 36;
constexpr size_t kNarrowest = 78;  // with figures beside the chart

// The list has the first claim to a low screen.
size_t height_on(size_t rows) {
  if (rows < 20) return 0;
  return rows < 30 ? 4 : rows < 44 ? 7 : 11;
}

std::string period_text(const BoardChoice& choice, f64 duration_s) {
  const std::string time = duration_text(duration_s);
  if (choice.period == Period::kMarked) return fmt::format("marked {} ago", time);
  return choice.period == Period::kWatched ? fmt::format("watched for {}", time) : fmt::format("{} ago", time);
}

struct Figure {
  const char* what;
  std::string bytes, slope;
};

std::vector<Figure> figures_of_one(const ProcessReport& report) {
  const Ledger& ledger = report.ledger;
  std::vector<Figure> figures;
  figures.push_back({"RSS", bytes_text(ledger.rss_bytes), slope_text(ledger.rss_bytes_per_s)});
  figures.push_back({"alive", bytes_text(ledger[LedgerPart::kAlive].bytes.value),
                     slope_text(ledger[LedgerPart::kAlive].bytes_per_s)});
  if (ledger[LedgerPart::kRetained].known) {
    figures.push_back({"free", bytes_text(ledger[LedgerPart::kRetained].bytes.value),
                       slope_text(ledger[LedgerPart::kRetained].bytes_per_s)});
  }
  if (report.forecast) {
    figures.push_back({"limit", bytes_text(report.forecast->limit_bytes),
                       "in " + rough_duration_text(report.forecast->time_s.value)});
  }
  const u64 threads = report.process->memory.back().threads;
  if (threads > 0) figures.push_back({"threads", count_text(static_cast<f64>(threads)), ""});
  return figures;
}

std::vector<Figure> figures_of(const Board& board) {
  if (board.shown.size() == 1) return figures_of_one(*board.shown.front());
  const MemoryPoint& last = board.memory.back();
  return {{"RSS", bytes_text(static_cast<f64>(last.rss_bytes)), "all together"},
          {"alive", bytes_text(last.live_bytes), ""},
          {"free", bytes_text(static_cast<f64>(last.allocator_free)), ""},
          {"threads", count_text(static_cast<f64>(last.threads)), ""}};
}

ScreenLine figure_line(Line line, const Figure& figure, size_t column) {
  line.to(column).add(figure.what, Ink::kDim);
  line.right(figure.bytes, column + 18, Ink::kBold);
  const bool rises = figure.slope.starts_with('+');
  return line.to(column + 20).add(figure.slope, rises ? Ink::kYellow : Ink::kDim).done();
}

}  // namespace

std::vector<ScreenLine> memory_lines(const Board& board, const Glass& glass) {
  const size_t height = height_on(glass.size.rows), columns = glass.size.columns;
  const bool beside = columns >= kNarrowest;
  const size_t taken = kChartAxisWidth + 2 + (beside ? kFiguresWidth : 0);
  if (height == 0 || columns < taken + 10) return {};
  if (board.memory.empty()) return {ScreenLine{Span{"  The memory log has no points yet.", Ink::kDim}}};
  const std::vector<MemoryColumn> chart = memory_columns(board.memory, columns - taken);
  const f64 duration_s = static_cast<f64>(board.memory.back().time_ns) * 1e-9;
  const std::vector<Figure> figures = figures_of(board);
  std::vector<ScreenLine> lines;
  for (std::string& text : memory_chart(chart, height, period_text(board.choice, duration_s), "now")) {
    Line line;
    line.add(std::move(text));
    const size_t number = lines.size(), column = columns - kFiguresWidth + 1;
    if (beside && number < std::min(height + 1, figures.size())) {
      lines.push_back(figure_line(std::move(line), figures[number], column));
    } else if (beside && number == height + 1) {
      lines.push_back(line.to(column).add("█ alive  ▒ free  ░ other memory", Ink::kDim).done());
    } else {
      lines.push_back(line.done());
    }
  }
  return lines;
}

}  // namespace lw
