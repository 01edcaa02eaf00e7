// SPDX-License-Identifier: Apache-2.0
// The table of places: a mark, the curve, values, the place. How many values, and whether the verdict is written out,
// depends on the width.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/units.h"
#include "analyzer/model/call_path.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/measure_title.h"
#include "analyzer/render/sparkline.h"
#include "analyzer/render/values.h"
#include "analyzer/watch/line.h"
#include "analyzer/watch/lines.h"

namespace lw {
namespace {

constexpr size_t kWide = 110, kMarkWidth = 2, kVerdictWidth = 13;

struct Column {
  std::string title;
  bool sorted = false;
  std::vector<std::string> cells = {};
  size_t width = 0;
};

size_t measure_number(std::string_view word) {
  const std::span<const Measure> measures = all_measures();
  return static_cast<size_t>(&measure_by(word) - measures.data());
}

// Growth that may as well be none is called that.
std::string cell_of(const Measure& measure, const Estimate& value) {
  if (measure.may_be_below && value.low <= 0 && value.high >= 0) return "level";
  return estimate_text(measure.unit, value);
}

std::string change_text(const PlaceRow& row) {
  if (!row.since_mark) return "";
  const Estimate& change = *row.since_mark;
  if (change.low <= 0 && change.high >= 0) return "level";
  return (change.value > 0 ? "+" : "") + estimate_text(Unit::kBytes, change);
}

Column column_of(const WatchState& state, const Board& board, size_t measure, const std::vector<size_t>& shown) {
  const Measure& what = all_measures()[measure];
  Column column{measure_title(what), measure == state.measure && !state.by_mark};
  for (const size_t row : shown) column.cells.push_back(cell_of(what, board.places[row].value(measure)));
  return column;
}

f64 age_of_mark(const Board& board) {
  u64 now_unix_ns = 0;
  for (const ProcessReport* process : board.shown) {
    now_unix_ns = std::max(now_unix_ns, process->process->newest().taken_unix_ns);
  }
  const u64 mark_unix_ns = board.choice.mark_unix_ns.value_or(now_unix_ns);
  return now_unix_ns > mark_unix_ns ? static_cast<f64>(now_unix_ns - mark_unix_ns) * 1e-9 : 0;
}

Column mark_column(const WatchState& state, const Board& board, const std::vector<size_t>& shown) {
  Column column{fmt::format("since mark, {}", duration_text(age_of_mark(board))), state.by_mark};
  for (const size_t row : shown) column.cells.push_back(change_text(board.places[row]));
  return column;
}

// What the order is by comes first. A narrow screen has room for two values.
std::vector<Column> columns_of(const WatchState& state, const Board& board, const std::vector<size_t>& shown,
                               bool wide) {
  const size_t alive = measure_number("live_bytes"), growth = measure_number("growth");
  std::vector<size_t> measures{state.measure};
  for (const size_t other : {alive, growth}) {
    if (other != state.measure) measures.push_back(other);
  }
  const size_t most = wide ? 3 : state.mark_unix_ns ? 1 : 2;
  measures.resize(std::min(measures.size(), most));
  std::vector<Column> columns;
  for (const size_t measure : measures) columns.push_back(column_of(state, board, measure, shown));
  if (state.mark_unix_ns) columns.insert(columns.begin() + 1, mark_column(state, board, shown));
  for (Column& column : columns) {
    if (column.sorted) column.title += " ▼";
    column.width = shown_width(column.title);
    for (const std::string& cell : column.cells) column.width = std::max(column.width, shown_width(cell));
  }
  return columns;
}

Ink ink_of(Verdict verdict) {
  if (words_of(verdict).leak) return Ink::kRed;
  if (words_of(verdict).finding && verdict != Verdict::kUnfreed) return Ink::kYellow;
  return verdict == Verdict::kUnknown ? Ink::kBold : Ink::kDim;
}

std::string mark_of(const PlaceRow& row) {
  if (words_of(row.verdict).leak) return "! ";
  if (row.finding != nullptr) return "* ";
  return row.verdict == Verdict::kUnknown ? "? " : "  ";
}

// Where there is no room for the file, the line alone.
std::string narrow_place_text(const NamedFrame& frame, size_t width) {
  constexpr size_t kRoomForFile = 44;
  if (width >= kRoomForFile || !frame.named) return place_text(frame, width);
  const std::string line = frame.line == 0 ? "" : fmt::format(":{}", frame.line);
  return shortened(without_parameters(frame.function), width - std::min(width - 1, line.size())) + line;
}

class Rows {
 public:
  Rows(const Board& board, std::vector<Column> columns, bool wide, const Glass& glass)
      : board_(board), columns_(std::move(columns)), wide_(wide), glass_(glass) {
    curve_width_ = std::clamp<size_t>(glass.size.columns / 10, 8, 24);
  }

  ScreenLine titles() const {
    Line line;
    line.to(kMarkWidth + 1).add("course").to(kMarkWidth + curve_width_);
    for (const Column& column : columns_) line.right("  " + column.title, line.width() + 2 + column.width);
    line.add("  ");
    if (wide_) line.add("verdict").to(line.width() + kVerdictWidth - 7);
    line.add("place");
    ScreenLine spans = highlighted(line.done(), glass_.size.columns);
    for (Span& span : spans) span.ink = span.text.ends_with("▼") ? Ink::kBold : Ink::kPlain;
    return spans;
  }

  ScreenLine row(size_t number, const PlaceRow& place, bool selected) const {
    const Ink ink = ink_of(place.verdict);
    const bool told = ink == Ink::kRed || ink == Ink::kYellow;
    Line line;
    line.add(mark_of(place), ink).add(sparkline(place.curve, curve_width_, glass_.terminal), told ? ink : Ink::kGreen);
    line.to(kMarkWidth + curve_width_);
    for (const Column& column : columns_) {
      const std::string& cell = column.cells[number];
      line.right(cell, line.width() + 2 + column.width, cell == "level" ? Ink::kDim : Ink::kPlain);
    }
    line.add("  ");
    if (wide_) {
      const std::string word = words_of(place.verdict).word;
      line.add(word, ink).add(std::string(kVerdictWidth - std::min(kVerdictWidth, word.size()), ' '));
    }
    const size_t room = glass_.size.columns - std::min(glass_.size.columns - 1, line.width());
    line.add(narrow_place_text(board_.names->site(place.stack), room), told ? Ink::kBold : Ink::kPlain);
    if (!selected) return line.done();
    ScreenLine spans = highlighted(line.done(), glass_.size.columns);
    spans[0].reversed = spans[1].reversed = false;  // a curve in reverse stands on its head
    return spans;
  }

 private:
  const Board& board_;
  std::vector<Column> columns_;
  bool wide_;
  const Glass& glass_;
  size_t curve_width_;
};

std::string nothing_text(const WatchState& state, const Board& board) {
  if (!state.filter.empty()) return fmt::format("  No place contains \"{}\".", state.filter);
  return board.shown.empty() ? "" : "  Nothing has been sampled yet.";
}

}  // namespace

std::vector<ScreenLine> places_lines(const WatchState& state, const Board& board, size_t rows, const Glass& glass) {
  std::vector<size_t> shown = order_of(state, board);
  if (shown.empty()) return {ScreenLine(), ScreenLine{Span{nothing_text(state, board), Ink::kDim}}};
  shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(std::min(state.top, shown.size() - 1)));
  shown.resize(std::min(rows, shown.size()));
  const bool wide = glass.size.columns >= kWide;
  const Rows table(board, columns_of(state, board, shown, wide), wide, glass);
  std::vector<ScreenLine> lines{table.titles()};
  for (size_t i = 0; i < shown.size(); ++i) {
    lines.push_back(table.row(i, board.places[shown[i]], state.top + i == state.selected_row));
  }
  if (board.nameless > 0 && shown.size() < rows) {
    lines.push_back(ScreenLine{Span{fmt::format("  and {} stacks that have too little for a line of their own",
                                                count_text(static_cast<f64>(board.nameless))),
                                    Ink::kDim}});
  }
  return lines;
}

}  // namespace lw
