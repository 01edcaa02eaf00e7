// SPDX-License-Identifier: Apache-2.0
// State, board and size → the lines of the screen.
//
//   title      which process, since when, what is shown
//   verdict    the report's first sentence
//   body       memory over time and the table of places; or a text; or the processes
//   keys       what may be pressed here
#pragma once

#include <string>
#include <vector>

#include "analyzer/watch/state.h"

namespace lw {

// About the looking itself.
struct Looking {
  std::string target;  // as the person named it
  std::string clock;   // of the look that is shown: "15:06:52"
  std::string every;   // "2 s"
  u64 looks = 0;
  std::string trouble;  // the last complaint; empty: none
};

struct Glass {
  ScreenSize size;
  Terminal terminal;  // `width` is that of the screen
};

// How many rows or lines of the body can be scrolled in this view.
size_t room_of(const WatchState& state, const Board& board, const Looking& looking, const Glass& glass);

// The text of the views that are one; empty in the others.
std::vector<ScreenLine> text_of(const WatchState& state, const Board& board, const Glass& glass);

// Exactly as many as the screen has rows, none wider than it is. The state must be settled.
std::vector<ScreenLine> screen_lines(const WatchState& state, const Board& board, const Looking& looking,
                                     const Glass& glass);

// --- the parts, one file each ---

std::vector<ScreenLine> head_lines(const WatchState& state, const Board& board, const Looking& looking,
                                   const Glass& glass);
ScreenLine key_line(const WatchState& state, const Board& board, size_t columns);
std::vector<ScreenLine> memory_lines(const Board& board, const Glass& glass);
std::vector<ScreenLine> places_lines(const WatchState& state, const Board& board, size_t rows, const Glass& glass);
std::vector<ScreenLine> processes_lines(const WatchState& state, const Board& board, size_t rows, const Glass& glass);
std::vector<ScreenLine> place_text_lines(const WatchState& state, const Board& board, const Glass& glass);
std::vector<ScreenLine> help_lines(const Glass& glass);

}  // namespace lw
