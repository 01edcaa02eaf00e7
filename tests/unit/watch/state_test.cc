// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/state.h"

#include <catch2/catch.hpp>

#include "tests/unit/watch/watch_fixture.h"

namespace lw {
namespace {

using test::WatchFixture;

const WatchFixture& service() {
  static const WatchFixture fixture;
  return fixture;
}

Key typed(const char* character) { return {KeyName::kCharacter, character}; }

std::string first_place(const WatchState& state, const Board& board) {
  return board.places[order_of(state, board).front()].place;
}

}  // namespace

TEST_CASE("Places are in the order of the chosen value", "[watch]") {
  const Board board = service().board();
  WatchState state;
  CHECK(first_place(state, board) == WatchFixture::place_of("leak"));
  press(state, typed("6"), board, {});  // churn
  CHECK(all_measures()[state.measure].word == "churn");
  CHECK(first_place(state, board) == WatchFixture::place_of("cache"));
  press(state, typed("S"), board, {});
  CHECK(all_measures()[state.measure].word == "growth");
  press(state, typed("s"), board, {});
  CHECK(all_measures()[state.measure].word == "churn");
}

TEST_CASE("The selected place stays selected when the order changes", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, {KeyName::kDown}, board, {});
  const std::string selected = state.selected;
  CHECK(selected == board.places[order_of(state, board)[1]].place);
  state.measure = 5;
  settle(state, board, 10, 0);
  CHECK(state.selected == selected);
  CHECK(board.places[order_of(state, board)[state.selected_row]].place == selected);
  SECTION("and back at the top the first one is meant, whichever that is") {
    press(state, {KeyName::kHome}, board, {});
    CHECK(state.selected.empty());
  }
}

TEST_CASE("A low list scrolls with the selection and never beyond its end", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, {KeyName::kEnd}, board, {0, 2});
  settle(state, board, 2, 0);
  CHECK(state.selected_row == 2);
  CHECK(state.top == 1);
  settle(state, board, 10, 0);
  CHECK(state.top == 0);
}

TEST_CASE("Enter leads into a place, and back leads out", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, {KeyName::kEnter}, board, {});
  CHECK(state.view == View::kPlace);
  CHECK(state.selected == WatchFixture::place_of("leak"));
  press(state, typed("?"), board, {});
  CHECK(state.view == View::kHelp);
  press(state, typed("q"), board, {});
  CHECK(state.view == View::kPlace);
  press(state, {KeyName::kEscape}, board, {});
  CHECK(state.view == View::kPlaces);
  CHECK_FALSE(state.quit);
  press(state, typed("q"), board, {});
  CHECK(state.quit);
}

TEST_CASE("A text is scrolled no further than its end", "[watch]") {
  const Board board = service().board();
  WatchState state;
  state.view = View::kHelp;
  press(state, {KeyName::kEnd}, board, {0, 20});
  settle(state, board, 20, 50);
  CHECK(state.top == 30);
  settle(state, board, 60, 50);
  CHECK(state.top == 0);
}

TEST_CASE("A mark is of the look that is shown, and is sorted by until told otherwise", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, typed("m"), board, {12345, 10});
  CHECK(state.mark_unix_ns == 12345u);
  CHECK(state.by_mark);
  press(state, typed("d"), board, {});
  CHECK_FALSE(state.by_mark);
  press(state, typed("t"), board, {});
  press(state, typed("t"), board, {});
  CHECK(state.period == Period::kMarked);
  press(state, typed("u"), board, {});
  CHECK_FALSE(state.mark_unix_ns.has_value());
  CHECK(state.period == Period::kLife);
}

TEST_CASE("What is typed after / is looked for, in whatever case", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, typed("/"), board, {});
  for (const char* letter : {"C", "A", "q", "ü"}) press(state, typed(letter), board, {});
  CHECK(state.filter == "CAqü");
  press(state, {KeyName::kBackspace}, board, {});
  press(state, {KeyName::kBackspace}, board, {});
  CHECK(state.filter == "CA");
  CHECK_FALSE(state.quit);
  CHECK(order_of(state, board).size() == 1);
  press(state, {KeyName::kEnter}, board, {});
  CHECK_FALSE(state.typing);
  press(state, {KeyName::kEscape}, board, {});
  CHECK(order_of(state, board).size() == 3);
}

TEST_CASE("Of several processes one can be chosen, or all", "[watch]") {
  const Board board = service().board();
  WatchState state;
  press(state, typed("p"), board, {});
  CHECK(state.view == View::kProcesses);
  press(state, {KeyName::kDown}, board, {});
  press(state, {KeyName::kEnter}, board, {});
  CHECK(state.process == key_of(service().observation.processes.front()));
  press(state, typed("a"), board, {});
  CHECK_FALSE(state.process.has_value());
}

}  // namespace lw
