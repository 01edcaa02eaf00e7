// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/lines.h"

#include <catch2/catch.hpp>

#include "analyzer/base/columns.h"
#include "tests/unit/watch/watch_fixture.h"

namespace lw {
namespace {

using test::WatchFixture;

const WatchFixture& service() {
  static const WatchFixture fixture;
  return fixture;
}

std::vector<std::string> shown(WatchState& state, const Board& board, const Glass& glass) {
  Looking looking;
  looking.target = "4711";
  looking.clock = "15:06:52";
  settle(state, board, room_of(state, board, looking, glass), text_of(state, board, glass).size());
  std::vector<std::string> lines;
  for (const ScreenLine& line : screen_lines(state, board, looking, glass)) lines.push_back(test::text_of(line));
  return lines;
}

WatchState of_the_process() {
  WatchState state;
  state.process = key_of(service().observation.processes.front());
  return state;
}

Board board_for(const WatchState& state) { return service().board(board_choice(state, 0)); }

}  // namespace

TEST_CASE("The screen has as many lines as its terminal, none wider than that", "[watch]") {
  for (const View view : {View::kPlaces, View::kPlace, View::kProcesses, View::kHelp}) {
    for (const auto& [rows, columns] : {std::pair<size_t, size_t>{24, 80}, {50, 200}, {10, 40}, {5, 20}, {2, 10}}) {
      WatchState state = of_the_process();
      state.view = view;
      state.selected = WatchFixture::place_of("leak");
      state.mark_unix_ns = service().observation.processes.front().profiles[5].taken_unix_ns;
      const std::vector<std::string> lines = shown(state, board_for(state), test::glass_of(rows, columns));
      CHECK(lines.size() == rows);
      for (const std::string& line : lines) CHECK(shown_width(line) <= columns);
    }
  }
}

TEST_CASE("The leak stands first, with a mark and its curve", "[watch]") {
  WatchState state = of_the_process();
  const std::vector<std::string> lines = shown(state, board_for(state), test::glass_of(24, 80));
  CHECK(lines[0].find(" · pid ") != std::string::npos);
  CHECK(lines[0].ends_with("15:06:52"));
  CHECK(lines[1].starts_with("1 leak — leak() at server.cc:10 grows "));
  const auto titles = std::find_if(lines.begin(), lines.end(),
                                   [](const std::string& line) { return line.find("alive ▼") != std::string::npos; });
  REQUIRE(titles != lines.end());
  CHECK((titles + 1)->starts_with("! ▁▂▃▄▅▆▇█"));
  CHECK((titles + 1)->find("  leak:10") != std::string::npos);
  CHECK((titles + 2)->starts_with("  "));
  CHECK(lines.back().starts_with(" q  quit   ?  help "));
}

TEST_CASE("A wide screen writes verdicts out", "[watch]") {
  WatchState state = of_the_process();
  const std::vector<std::string> lines = shown(state, board_for(state), test::glass_of(50, 200));
  const auto leak = std::find_if(lines.begin(), lines.end(), [](const std::string& line) { return line[0] == '!'; });
  REQUIRE(leak != lines.end());
  CHECK(leak->find("growing      leak() at server.cc:10") != std::string::npos);
}

TEST_CASE("A place is told of in the report's words, with all its stacks", "[watch]") {
  WatchState state = of_the_process();
  state.view = View::kPlace;
  state.selected = WatchFixture::place_of("leak");
  std::string all;
  for (const std::string& line : shown(state, board_for(state), test::glass_of(60, 80))) all += line + '\n';
  CHECK(all.find(" 1  growing, 9") != std::string::npos);
  CHECK(all.find("    why ") != std::string::npos);
  CHECK(all.find("stack 1 of 1 · ") != std::string::npos);
  CHECK(all.find("  ▸ leak()") != std::string::npos);
  SECTION("also if nothing is wrong with it") {
    state.selected = WatchFixture::place_of("table");
    CHECK(shown(state, board_for(state), test::glass_of(60, 80))[1] == "steady: table() at server.cc:12");
  }
  SECTION("and one that has gone is said to be gone") {
    state.selected = "elsewhere";
    CHECK(shown(state, board_for(state), test::glass_of(60, 80))[2] == "Nothing is left of this place.");
  }
}

TEST_CASE("Without Unicode everything is ASCII", "[watch]") {
  WatchState state = of_the_process();
  Glass glass = test::glass_of(24, 80);
  glass.terminal.unicode = false;
  for (const View view : {View::kPlaces, View::kPlace, View::kProcesses, View::kHelp}) {
    state.view = view;
    for (const std::string& line : shown(state, board_for(state), glass)) {
      CHECK(std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    }
  }
}

TEST_CASE("Before there is anything to see the screen says so", "[watch]") {
  const Observation nothing;
  const Report empty;
  const Names names;
  WatchState state;
  const Board board = board_of(nothing, empty, names, {});
  for (const View view : {View::kPlaces, View::kPlace, View::kProcesses, View::kHelp}) {
    state.view = view;
    CHECK(shown(state, board, test::glass_of(24, 80)).size() == 24);
  }
  state.view = View::kPlaces;
  CHECK(shown(state, board, test::glass_of(24, 80))[1] == "No watched process has come yet.");
}

}  // namespace lw
