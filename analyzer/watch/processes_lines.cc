// SPDX-License-Identifier: Apache-2.0
// The processes to choose from, and above them a row for all together.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/units.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/ledger_text.h"
#include "analyzer/watch/line.h"
#include "analyzer/watch/lines.h"

namespace lw {
namespace {

struct Cells {
  std::string name, pid, age, rss, slope, verdict;
  Ink ink = Ink::kPlain;
};

// Ends of the columns; the verdict has what is left.
constexpr size_t kName = 15, kPid = 23, kAge = 33, kRss = 43, kSlope = 57;

ScreenLine line_of(const Cells& cells) {
  Line line;
  line.add(" ").add(shortened(cells.name, kName - 1));
  line.right(cells.pid, kPid).right(cells.age, kAge).right(cells.rss, kRss).right(cells.slope, kSlope);
  return line.add("  ").add(cells.verdict, cells.ink).done();
}

Cells cells_of(const ProcessReport& report, const Names& names) {
  const Process& process = *report.process;
  const bool runs = process.ended == Ended::kRunning;
  const Ink ink = report.leaks() > 0 ? Ink::kRed : report.findings.empty() ? Ink::kGreen : Ink::kYellow;
  return {process.name,
          std::to_string(process.pid),
          runs ? duration_text(process.duration_s()) : ended_word(process.ended),
          bytes_text(report.ledger.rss_bytes),
          runs ? slope_text(report.ledger.rss_bytes_per_s) : "",
          verdict_text(report, names),
          ink};
}

Cells all_together(const Board& board) {
  f64 rss = 0;
  size_t running = 0;
  for (const ProcessReport* process : board.processes) {
    if (process->process->ended != Ended::kRunning) continue;
    rss += process->ledger.rss_bytes;
    ++running;
  }
  return {"all together", "", fmt::format("{} run", running), bytes_text(rss), "", "", Ink::kPlain};
}

}  // namespace

std::vector<ScreenLine> processes_lines(const WatchState& state, const Board& board, size_t rows, const Glass& glass) {
  const size_t columns = glass.size.columns;
  std::vector<ScreenLine> lines{
      highlighted(line_of({"process", "pid", "since", "RSS", "its slope", "verdict"}), columns)};
  const size_t end = std::min(board.processes.size() + 1, state.top + rows);
  for (size_t row = state.top; row < end; ++row) {
    ScreenLine line = line_of(row == 0 ? all_together(board) : cells_of(*board.processes[row - 1], *board.names));
    lines.push_back(row == state.selected_process ? highlighted(std::move(line), columns) : std::move(line));
  }
  return lines;
}

}  // namespace lw
