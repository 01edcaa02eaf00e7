// SPDX-License-Identifier: Apache-2.0
// What the person in front of the screen has chosen, and what a key does to it. Nothing here knows a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/screen.h"
#include "analyzer/watch/board.h"

namespace lw {

enum class View : u8 { kProcesses, kPlaces, kPlace, kHelp };

struct WatchState {
  View view = View::kPlaces;
  View before_help = View::kPlaces;
  bool quit = false;
  bool held = false;  // what is shown stays, though the looking goes on

  std::optional<ProcessKey> process = {};  // nothing: all together
  size_t measure = 0;                      // in all_measures(): what is shown and sorted by
  bool by_mark = false;                    // sorted by what came since the mark instead
  Period period = Period::kLife;
  std::optional<u64> mark_unix_ns = {};
  std::string filter;   // only places that contain it, in whatever case
  bool typing = false;  // the filter

  size_t selected_process = 0;
  std::string selected;     // place; empty: the first, whichever that is
  size_t selected_row = 0;  // where it was last seen
  size_t top = 0;           // first row of a list, or line of a text, that is shown
};

// Of which moment the screen tells, and how many lines its list or text has room for.
struct Moment {
  u64 shown_unix_ns = 0;
  size_t room = 10;
};

void press(WatchState& state, const Key& key, const Board& board, const Moment& moment);

// Numbers of the places that pass the filter, in the chosen order.
std::vector<size_t> order_of(const WatchState& state, const Board& board);

// After a look, a key or a new size: the selected row is one that exists and is in view. `lines`: of the text, if it is
// one that is shown.
void settle(WatchState& state, const Board& board, size_t room, size_t lines);

// What the board must be made for.
BoardChoice board_choice(const WatchState& state, u64 watched_since_unix_ns);

}  // namespace lw
