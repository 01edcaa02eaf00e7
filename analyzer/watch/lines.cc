// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/lines.h"

#include <algorithm>

#include "analyzer/watch/line.h"

namespace lw {
namespace {

bool is_list(const WatchState& state) { return state.view == View::kPlaces || state.view == View::kProcesses; }

std::vector<ScreenLine> above_the_list(const WatchState& state, const Board& board, const Looking& looking,
                                       const Glass& glass) {
  std::vector<ScreenLine> lines = head_lines(state, board, looking, glass);
  if (state.view != View::kPlaces) return lines;
  for (ScreenLine& line : memory_lines(board, glass)) lines.push_back(std::move(line));
  return lines;
}

// What the terminal can show, and no wider than the screen.
ScreenLine fitted(ScreenLine line, const Glass& glass) {
  size_t room = glass.size.columns;
  ScreenLine fitted;
  for (Span& span : line) {
    span.text = shown_on(glass.terminal, span.text);
    if (shown_width(span.text) > room) span.text = cut_at_end(span.text, room);
    room -= shown_width(span.text);
    if (!span.text.empty()) fitted.push_back(std::move(span));
  }
  return fitted;
}

}  // namespace

size_t room_of(const WatchState& state, const Board& board, const Looking& looking, const Glass& glass) {
  // Beside the list stand its titles and the keys.
  const size_t taken = above_the_list(state, board, looking, glass).size() + (is_list(state) ? 2 : 1);
  return glass.size.rows > taken + 1 ? glass.size.rows - taken : 1;
}

std::vector<ScreenLine> text_of(const WatchState& state, const Board& board, const Glass& glass) {
  if (state.view == View::kPlace) return place_text_lines(state, board, glass);
  return state.view == View::kHelp ? help_lines(glass) : std::vector<ScreenLine>();
}

std::vector<ScreenLine> screen_lines(const WatchState& state, const Board& board, const Looking& looking,
                                     const Glass& glass) {
  std::vector<ScreenLine> lines = above_the_list(state, board, looking, glass);
  const size_t room = room_of(state, board, looking, glass);
  std::vector<ScreenLine> body;
  if (is_list(state)) {
    body = state.view == View::kPlaces ? places_lines(state, board, room, glass)
                                       : processes_lines(state, board, room, glass);
  } else {
    body = text_of(state, board, glass);
    body.erase(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(std::min(state.top, body.size())));
  }
  for (ScreenLine& line : body) lines.push_back(std::move(line));
  lines.resize(glass.size.rows - 1);
  lines.push_back(key_line(state, board, glass.size.columns));
  for (ScreenLine& line : lines) line = fitted(std::move(line), glass);
  return lines;
}

}  // namespace lw
