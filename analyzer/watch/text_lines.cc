// SPDX-License-Identifier: Apache-2.0
// The views that are a text: one place with all that is known of it and its stacks; the help.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/explanation.h"
#include "analyzer/render/finding_card.h"
#include "analyzer/render/sparkline.h"
#include "analyzer/render/values.h"
#include "analyzer/watch/line.h"
#include "analyzer/watch/lines.h"

namespace lw {
namespace {

constexpr unsigned kAllFrames = 1000, kFewFrames = 1;
constexpr size_t kIndent = 2, kTextIndent = 12;

void add_text(std::vector<ScreenLine>& lines, const std::string& text, Ink ink = Ink::kPlain) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(ScreenLine{Span{std::move(line), ink}});
}

Terminal page_of(const Glass& glass) {
  Terminal page = glass.terminal;
  page.colours = false;  // the screen has its own
  page.width = std::clamp<size_t>(glass.size.columns, 40, 120);
  return page;
}

// A curve has its width whatever the page has; what is said beside it goes on below.
std::string nowhere_too_wide(const std::string& text, size_t width) {
  std::string fitting;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    fitting += (shown_width(line) > width ? wrapped(line, width, kTextIndent) : line) + '\n';
  }
  return fitting;
}

const PlaceRow* selected_place(const WatchState& state, const Board& board) {
  for (const PlaceRow& row : board.places) {
    if (row.place == state.selected) return &row;
  }
  return nullptr;
}

// The report's own words on the finding.
std::string finding_text(const Board& board, const Assessment& finding, const Terminal& page) {
  for (const ProcessReport& report : board.report->processes) {
    const auto inside = [&](const Assessment& one) { return &one == &finding; };
    const auto found = std::find_if(report.findings.begin(), report.findings.end(), inside);
    if (found == report.findings.end()) continue;
    const size_t number = static_cast<size_t>(found - report.findings.begin()) + 1;
    return explanation_body(explanation_of(report, number), *board.names, kFewFrames, page);
  }
  return "";
}

std::string healthy_text(const Board& board, const PlaceRow& row, const Terminal& page) {
  const Assessment& most = *row.members.front();
  const Process& process = board.observation->processes[most.process];
  std::string text = wrapped(
      fmt::format("{}: {}", words_of(row.verdict).word, place_text(board.names->site(row.stack))), page.width, 4);
  text += "\n\n" + wrapped("    " + evidence_text(process, most, *board.names), page.width, 4) + "\n\n";
  return text + fmt::format("    course  {}\n", sparkline(row.curve, std::clamp<size_t>(page.width / 3, 16, 40), page));
}

std::string values_text(const PlaceRow& row, const Terminal& page) {
  std::string text;
  for (size_t i = 0; i < row.amounts.size(); ++i) {
    const Measure& measure = all_measures()[i];
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", measure.word, estimate_text(measure.unit, row.value(i)));
  }
  if (row.since_mark) text += fmt::format(", since the mark {}", estimate_text(Unit::kBytes, *row.since_mark));
  return wrapped("    values  " + text, page.width, 12);
}

void add_stacks(const Board& board, const PlaceRow& row, const Terminal& page, std::vector<ScreenLine>& lines) {
  size_t number = 0;
  for (const Assessment* member : row.members) {
    const Process& process = board.observation->processes[member->process];
    const std::string whose = board.shown.size() > 1 ? fmt::format(" · {} pid {}", process.name, process.pid) : "";
    add_text(lines, "\n");
    add_text(lines,
             fmt::format("stack {} of {}{} · {} alive in {} blocks · {}", ++number, row.members.size(), whose,
                         estimate_text(Unit::kBytes, member->live_bytes),
                         estimate_text(Unit::kBlocks, member->live_count), words_of(member->verdict).word),
             Ink::kBold);
    add_text(lines, stack_text((*board.names)[member->stack], kAllFrames, page.width, kIndent));
  }
}

}  // namespace

std::vector<ScreenLine> place_text_lines(const WatchState& state, const Board& board, const Glass& glass) {
  const Terminal page = page_of(glass);
  std::vector<ScreenLine> lines;
  const PlaceRow* row = selected_place(state, board);
  if (row == nullptr) {
    add_text(lines, "\nNothing is left of this place.", Ink::kDim);
    return lines;
  }
  const std::string text =
      row->finding != nullptr ? finding_text(board, *row->finding, page) : healthy_text(board, *row, page);
  add_text(lines, nowhere_too_wide(text, page.width));
  if (!lines.empty()) lines.front().front().ink = words_of(row->verdict).leak ? Ink::kRed : Ink::kBold;
  add_text(lines, values_text(*row, page));
  add_stacks(board, *row, page, lines);
  return lines;
}

std::vector<ScreenLine> help_lines(const Glass& glass) {
  std::string measures;
  for (const Measure& measure : all_measures()) {
    measures += fmt::format("{}{} {}", measures.empty() ? "" : " · ",
                            static_cast<size_t>(&measure - all_measures().data()) + 1, measure.word);
  }
  const std::pair<const char*, std::string> keys[] = {
      {"↑ ↓ j k", "up and down; PgUp and PgDn by a page, Home and End (or g G) to the ends"},
      {"enter →", "into a place: its evidence and its stacks; into a process"},
      {"esc ←", "back; q goes back too, and from the first view it quits"},
      {"s S", "sort by the next or the last value; or at once by " + measures},
      {"m", "mark this moment: what has come to each place since is shown, and sorted by"},
      {"d u", "sort by that or no longer; forget the mark"},
      {"t", "time of the curves: the whole life, since watching began, since the mark"},
      {"/", "find: only places whose name contains it; escape shows all again"},
      {"p a", "choose among the processes; all that run, together"},
      {"space", "hold what is shown; looking goes on, and space shows the newest again"},
      {"? h", "this help"},
      {"ctrl-C", "quit, from everywhere"},
  };
  const Terminal page = page_of(glass);
  std::vector<ScreenLine> lines;
  add_text(lines, "\n");
  add_text(lines, "Keys\n", Ink::kBold);
  for (const auto& [key, meaning] : keys) {
    add_text(lines, wrapped(fmt::format("  {}{:{}}{}", key, "", 10 - shown_width(key), meaning), page.width, 12));
  }
  add_text(lines, "\nThe table\n", Ink::kBold);
  const char* const paragraphs[] = {
      "! leaks · * another finding · ? undecided. The curve is of the bytes alive at a place. 3.1 MiB ±0.3: between "
      "2.8 "
      "and 3.4 in 95 of 100 cases. \"level\": it may as well not have moved at all.",
      "Verdicts are those of `leakwatch report`, on the snapshots that are on disk and the looks that are taken here. "
      "The process is not told that it is watched, and never waits.",
  };
  for (const char* paragraph : paragraphs)
    add_text(lines, wrapped(std::string("  ") + paragraph, page.width, 2) + "\n");
  return lines;
}

}  // namespace lw
