// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/state.h"

#include <algorithm>
#include <cctype>

#include "analyzer/render/evidence.h"

namespace lw {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool passes(const std::string& filter, const Board& board, const PlaceRow& row) {
  if (filter.empty()) return true;
  return lower_case(place_text(board.names->site(row.stack))).find(lower_case(filter)) != std::string::npos;
}

// What is shown as level is sorted as level.
f64 unless_level(const Estimate& change) { return change.low <= 0 && change.high >= 0 ? 0 : change.value; }

f64 sort_value(const WatchState& state, const PlaceRow& row) {
  if (state.by_mark && state.mark_unix_ns) return row.since_mark ? unless_level(*row.since_mark) : 0;
  return all_measures()[state.measure].may_be_below ? unless_level(row.value(state.measure))
                                                    : row.amounts[state.measure].value;
}

size_t rows_of(const WatchState& state, const Board& board) {
  // Above the processes stands a row for all of them.
  return state.view == View::kProcesses ? board.processes.size() + 1 : order_of(state, board).size();
}

// The row of the selected place; if it has gone, the one that took its row.
size_t row_selected(const WatchState& state, const Board& board, const std::vector<size_t>& order) {
  if (state.selected.empty() || order.empty()) return 0;
  for (size_t row = 0; row < order.size(); ++row) {
    if (board.places[order[row]].place == state.selected) return row;
  }
  return std::min(state.selected_row, order.size() - 1);
}

void select_row(WatchState& state, const Board& board, size_t row) {
  if (state.view == View::kProcesses) {
    state.selected_process = row;
    return;
  }
  const std::vector<size_t> order = order_of(state, board);
  state.selected_row = row;
  state.selected = row < order.size() && row > 0 ? board.places[order[row]].place : "";
}

bool shows_text(const WatchState& state) { return state.view == View::kPlace || state.view == View::kHelp; }

// By how many rows a key moves; nothing if it is none that moves.
std::optional<std::ptrdiff_t> distance_of(const Key& key, size_t room) {
  const auto page = static_cast<std::ptrdiff_t>(std::max<size_t>(1, room - std::min<size_t>(room, 1)));
  constexpr std::ptrdiff_t kAll = 1 << 30;
  if (key.name == KeyName::kUp || key.is("k")) return -1;
  if (key.name == KeyName::kDown || key.is("j")) return 1;
  if (key.name == KeyName::kPageUp) return -page;
  if (key.name == KeyName::kPageDown) return page;
  if (key.name == KeyName::kHome || key.is("g")) return -kAll;
  if (key.name == KeyName::kEnd || key.is("G")) return kAll;
  return {};
}

size_t moved(size_t from, std::ptrdiff_t distance, size_t last) {
  const auto to = static_cast<std::ptrdiff_t>(from) + distance;
  return static_cast<size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(last)));
}

void move(WatchState& state, std::ptrdiff_t distance, const Board& board) {
  if (shows_text(state)) {
    state.top = moved(state.top, distance, 1 << 20);  // settle() knows where the text ends
    return;
  }
  const size_t rows = rows_of(state, board);
  if (rows == 0) return;
  const size_t row =
      state.view == View::kProcesses ? state.selected_process : row_selected(state, board, order_of(state, board));
  select_row(state, board, moved(row, distance, rows - 1));
}

void open_selected(WatchState& state, const Board& board) {
  if (state.view == View::kProcesses) {
    const size_t row = state.selected_process;
    state.process = {};
    if (row > 0 && row <= board.processes.size()) state.process = key_of(*board.processes[row - 1]->process);
    state.view = View::kPlaces;
    state.selected.clear();
  } else if (state.view == View::kPlaces) {
    const std::vector<size_t> order = order_of(state, board);
    if (order.empty()) return;
    // From here on this place is meant, be it the first of the list or not.
    state.selected_row = row_selected(state, board, order);
    state.selected = board.places[order[state.selected_row]].place;
    state.view = View::kPlace;
  } else {
    return;
  }
  state.top = 0;
}

// One view back; from the first one there is none.
bool go_back(WatchState& state, const Board& board) {
  if (state.view == View::kHelp) {
    state.view = state.before_help;
  } else if (state.view == View::kPlace || state.view == View::kProcesses) {
    state.view = View::kPlaces;
  } else if (state.view == View::kPlaces && !state.filter.empty()) {
    state.filter.clear();
  } else if (state.view == View::kPlaces && board.processes.size() > 1) {
    state.view = View::kProcesses;
  } else {
    return false;
  }
  state.top = 0;
  return true;
}

void sort_by(WatchState& state, size_t measure) {
  state.measure = measure % all_measures().size();
  state.by_mark = false;
  state.selected.clear();
}

void mark(WatchState& state, const Moment& moment) {
  state.mark_unix_ns = moment.shown_unix_ns;
  state.by_mark = true;
  state.selected.clear();
}

void forget_mark(WatchState& state) {
  state.mark_unix_ns = {};
  state.by_mark = false;
  if (state.period == Period::kMarked) state.period = Period::kLife;
}

void next_period(WatchState& state) {
  const Period last = state.mark_unix_ns ? Period::kMarked : Period::kWatched;
  state.period = state.period == last ? Period::kLife : Period{static_cast<u8>(static_cast<u8>(state.period) + 1)};
}

void show_help(WatchState& state) {
  if (state.view == View::kHelp) return;
  state.before_help = state.view;
  state.view = View::kHelp;
  state.top = 0;
}

void type(WatchState& state, const Key& key) {
  state.selected.clear();
  if (key.name == KeyName::kCharacter && static_cast<unsigned char>(key.character[0]) >= ' ') {
    state.filter += key.character;
  } else if (key.name == KeyName::kBackspace) {
    while (!state.filter.empty() && (static_cast<unsigned char>(state.filter.back()) & 0xc0) == 0x80) {
      state.filter.pop_back();
    }
    if (!state.filter.empty()) state.filter.pop_back();
  } else if (key.name == KeyName::kEnter) {
    state.typing = false;
  } else if (key.name == KeyName::kEscape) {
    state.typing = false;
    state.filter.clear();
  }
}

// The keys that mean something else than moving about.
void command(WatchState& state, const Key& key, const Moment& moment) {
  const size_t measures = all_measures().size();
  if (key.is("s")) {
    sort_by(state, state.by_mark ? state.measure : state.measure + 1);
  } else if (key.is("S")) {
    sort_by(state, state.measure + measures - 1);
  } else if (key.character.size() == 1 && key.character[0] >= '1' &&
             key.character[0] < '1' + static_cast<int>(measures)) {
    sort_by(state, static_cast<size_t>(key.character[0] - '1'));
  } else if (key.is("m")) {
    mark(state, moment);
  } else if (key.is("d") && state.mark_unix_ns) {
    state.by_mark = !state.by_mark;
  } else if (key.is("u")) {
    forget_mark(state);
  } else if (key.is("t")) {
    next_period(state);
  } else if (key.is(" ")) {
    state.held = !state.held;
  } else if (key.is("/") && state.view == View::kPlaces) {
    state.typing = true;
  } else if (key.is("p")) {
    state.view = View::kProcesses;
    state.top = 0;
  } else if (key.is("a")) {
    state.process = {};
    state.view = View::kPlaces;
    state.top = 0;
  } else if (key.is("?") || key.is("h")) {
    show_help(state);
  }
}

}  // namespace

std::vector<size_t> order_of(const WatchState& state, const Board& board) {
  std::vector<size_t> order;
  for (size_t i = 0; i < board.places.size(); ++i) {
    if (passes(state.filter, board, board.places[i])) order.push_back(i);
  }
  // Of equal ones those that hold more come first.
  const auto rank = [&](size_t place) {
    return std::pair(sort_value(state, board.places[place]), board.places[place].amounts.front().value);
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return rank(a) > rank(b); });
  return order;
}

void press(WatchState& state, const Key& key, const Board& board, const Moment& moment) {
  if (state.typing) return type(state, key);
  if (const auto distance = distance_of(key, moment.room)) {
    move(state, *distance, board);
  } else if (key.name == KeyName::kEnter || key.name == KeyName::kRight) {
    open_selected(state, board);
  } else if (key.name == KeyName::kEscape || key.name == KeyName::kLeft || key.name == KeyName::kBackspace) {
    go_back(state, board);
  } else if (key.is("q")) {
    const bool stays = state.view == View::kHelp || state.view == View::kPlace;
    if (!stays || !go_back(state, board)) state.quit = true;
  } else {
    command(state, key, moment);
  }
}

void settle(WatchState& state, const Board& board, size_t room, size_t lines) {
  if (shows_text(state)) {
    state.top = std::min(state.top, lines - std::min(lines, room));
    return;
  }
  const size_t rows = rows_of(state, board);
  size_t row = 0;
  if (state.view == View::kProcesses) {
    state.selected_process = row = std::min(state.selected_process, rows - 1);
  } else {
    state.selected_row = row = row_selected(state, board, order_of(state, board));
  }
  if (row < state.top) state.top = row;
  if (row >= state.top + room) state.top = row + 1 - room;
  state.top = std::min(state.top, rows - std::min(rows, room));
}

BoardChoice board_choice(const WatchState& state, u64 watched_since_unix_ns) {
  return {state.process, state.mark_unix_ns, state.period, watched_since_unix_ns};
}

}  // namespace lw
