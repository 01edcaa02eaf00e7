// SPDX-License-Identifier: Apache-2.0
// The title, the verdict, and the keys at the bottom.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "analyzer/base/units.h"
#include "analyzer/render/headline.h"
#include "analyzer/watch/line.h"
#include "analyzer/watch/lines.h"
#include "analyzer/watch/state_text.h"

namespace lw {
namespace {

constexpr size_t kMostVerdictLines = 3, kMostOnLowScreens = 1, kLowScreen = 16;

std::string title_of(const WatchState& state, const Board& board, const Looking& looking) {
  const size_t processes = board.processes.size();
  if (state.view == View::kProcesses) {
    return fmt::format("{} · {} process{}", looking.target, processes, processes == 1 ? "" : "es");
  }
  if (board.chosen == nullptr) {
    return fmt::format("{} · {} processes together", looking.target, board.shown.size());
  }
  const Process& process = *board.chosen->process;
  return fmt::format("{} · pid {} · {}", process.name, process.pid, state_text(process));
}

Ink title_ink(const Board& board) {
  const bool over = board.chosen != nullptr && board.chosen->process->ended != Ended::kRunning;
  return over ? Ink::kYellow : Ink::kBold;
}

ScreenLine title_line(const WatchState& state, const Board& board, const Looking& looking, const Glass& glass) {
  const size_t columns = glass.size.columns;
  std::string beside = looking.clock;
  if (columns >= 100) beside = fmt::format("look {}, every {} · {}", looking.looks, looking.every, looking.clock);
  if (state.held) beside = "held at " + looking.clock;
  const size_t room = columns - std::min(columns, shown_width(beside) + 2);
  Line line;
  line.add(shortened(title_of(state, board, looking), room), title_ink(board));
  line.right(beside, columns, state.held ? Ink::kYellow : Ink::kDim);
  return line.done();
}

Ink verdict_ink(const ProcessReport& report) {
  if (report.leaks() > 0) return Ink::kRed;
  return report.findings.empty() ? Ink::kGreen : Ink::kYellow;
}

// Of several processes: what they share, else the worst of them.
std::pair<std::string, Ink> verdict_of(const Board& board) {
  const Names& names = *board.names;
  if (board.chosen != nullptr) return {verdict_text(*board.chosen, names), verdict_ink(*board.chosen)};
  if (!board.report->programs.empty()) return {headline(board.report->programs.front(), names), Ink::kRed};
  if (board.shown.empty()) return {"No watched process has come yet.", Ink::kDim};
  const auto found =
      std::find_if(board.report->processes.begin(), board.report->processes.end(), [&](const ProcessReport& report) {
        return std::find(board.shown.begin(), board.shown.end(), &report) != board.shown.end();
      });
  return {headline(*found, names), verdict_ink(*found)};
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What may be pressed, the most wanted first: a narrow screen shows as many as fit.
struct Hint {
  const char* key;
  const char* does;
};

std::vector<Hint> hints_of(const WatchState& state, const Board& board) {
  const bool several = board.processes.size() > 1;
  switch (state.view) {
    case View::kProcesses:
      return {{"q", "quit"}, {"?", "help"}, {"↑↓", "move"}, {"enter", "choose"}, {"a", "all"}, {"space", "hold"}};
    case View::kPlace:
      return {{"q", "back"}, {"?", "help"}, {"↑↓", "scroll"}, {"m", "mark"}, {"t", "time"}, {"space", "hold"}};
    case View::kHelp:
      return {{"q", "back"}, {"↑↓", "scroll"}};
    case View::kPlaces:
      break;
  }
  std::vector<Hint> hints = {{"q", "quit"},       {"?", "help"}, {"↑↓", "move"},
                             {"enter", "stacks"}, {"s", "sort"}, {"m", "mark"}};
  if (state.mark_unix_ns) hints.push_back({"d", state.by_mark ? "undo sort" : "by mark"});
  if (several) hints.push_back({"p", "processes"});
  for (const Hint& hint : {Hint{"t", "time"}, Hint{"/", "find"}, Hint{"space", "hold"}}) hints.push_back(hint);
  return hints;
}

}  // namespace

std::vector<ScreenLine> head_lines(const WatchState& state, const Board& board, const Looking& looking,
                                   const Glass& glass) {
  std::vector<ScreenLine> lines{title_line(state, board, looking, glass)};
  if (state.view == View::kHelp) return lines;
  if (state.view == View::kPlaces) {
    const auto [text, ink] = verdict_of(board);
    const size_t most = glass.size.rows < kLowScreen ? kMostOnLowScreens : kMostVerdictLines;
    std::vector<std::string> wrapped_lines = lines_in(wrapped(text, glass.size.columns, 2));
    if (wrapped_lines.size() > most) {
      wrapped_lines.resize(most);
      wrapped_lines.back() += " …";
    }
    for (std::string& line : wrapped_lines) lines.push_back(ScreenLine{Span{std::move(line), ink}});
  }
  if (!looking.trouble.empty()) lines.push_back(ScreenLine{Span{looking.trouble, Ink::kYellow}});
  return lines;
}

ScreenLine key_line(const WatchState& state, const Board& board, size_t columns) {
  Line line;
  if (state.typing) {
    line.add("find: ", Ink::kBold).add(state.filter).add(" ", Ink::kPlain, true);
    line.add("  enter keeps it, escape forgets it", Ink::kDim);
    return line.done();
  }
  for (const Hint& hint : hints_of(state, board)) {
    const std::string does = fmt::format(" {}  ", hint.does);
    const std::string key = fmt::format(" {} ", hint.key);
    if (line.width() + shown_width(key) + shown_width(does) - 2 > columns) break;
    line.add(key, Ink::kPlain, true).add(does);
  }
  return line.done();
}

}  // namespace lw
