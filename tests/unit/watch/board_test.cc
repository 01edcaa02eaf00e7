// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/board.h"

#include <catch2/catch.hpp>

#include "tests/unit/watch/watch_fixture.h"

namespace lw {
namespace {

using test::WatchFixture;

const PlaceRow& row_of(const Board& board, const std::string& function) {
  for (const PlaceRow& row : board.places) {
    if (row.place == WatchFixture::place_of(function)) return row;
  }
  throw std::out_of_range(function);
}

}  // namespace

TEST_CASE("The board says of a place what the report says", "[watch]") {
  const WatchFixture service;
  const Board board = service.board();
  REQUIRE(board.places.size() == 3);
  const PlaceRow& leak = row_of(board, "leak");
  REQUIRE(leak.finding != nullptr);
  CHECK(leak.verdict == Verdict::kGrowing);
  CHECK(leak.value(4).value == leak.finding->bytes_per_s.value);
  CHECK(leak.value(0).value == leak.finding->live_bytes.value);
  CHECK(row_of(board, "cache").finding == nullptr);
  CHECK(row_of(board, "cache").verdict == Verdict::kSteady);
}

TEST_CASE("The growth of a place in several processes is the sum of what is said of each", "[watch]") {
  WatchFixture service;
  Observation& observation = service.observation;
  observation.processes.push_back(observation.processes.front());
  observation.processes.back().pid = 2;
  service.report = report_on(observation);
  add_findings(service.report, observation, service.names, {});
  const Board board = service.board();
  REQUIRE(board.shown.size() == 2);
  const PlaceRow& leak = row_of(board, "leak");
  REQUIRE(leak.findings.size() == 2);
  CHECK(leak.value(4).value == Approx(leak.findings[0]->bytes_per_s.value + leak.findings[1]->bytes_per_s.value));
  CHECK(leak.value(0).value == Approx(2 * leak.findings[0]->live_bytes.value));
}

TEST_CASE("What came since a mark is the difference of the levels, with its error", "[watch]") {
  const WatchFixture service;
  const u64 mark = service.observation.processes.front().profiles[5].taken_unix_ns;
  BoardChoice choice;
  choice.mark_unix_ns = mark;
  const Board board = service.board(choice);
  const Estimate& leaked = *row_of(board, "leak").since_mark;
  const f64 truth = 300 * 20 * 1024.0;
  CHECK(leaked.low < truth);
  CHECK(leaked.high > truth);
  CHECK(leaked.value == Approx(truth).epsilon(0.1));
  const Estimate& table = *row_of(board, "table").since_mark;
  CHECK(table.value == 0);
  CHECK(table.high == 0);
  const Estimate& cache = *row_of(board, "cache").since_mark;
  CHECK(cache.low < 0);
  CHECK(cache.high > 0);
}

TEST_CASE("A mark before the start of a process marks nothing of it", "[watch]") {
  const WatchFixture service;
  BoardChoice choice;
  choice.mark_unix_ns = 0;
  const Board board = service.board(choice);
  CHECK(row_of(board, "table").since_mark->value == Approx(row_of(board, "table").value(0).value));
}

TEST_CASE("Curves begin at nothing and end at what is alive", "[watch]") {
  const WatchFixture service;
  const Board board = service.board();
  const PlaceRow& leak = row_of(board, "leak");
  CHECK(leak.curve.front().value == 0);
  CHECK(leak.curve.back().value == Approx(leak.value(0).value));
}

TEST_CASE("Of processes that have ended nothing is alive among those that run", "[watch]") {
  Process first, second;
  first.start_unix_ns = second.start_unix_ns = 1'000'000'000;
  first.ended = Ended::kKilled;
  const auto profile = [](f64 at_s) {
    return Profile{at_s, 1'000'000'000 + static_cast<u64>(at_s * 1e9), 0, DumpReason::kPeek, 1};
  };
  first.profiles = {profile(2)};
  second.profiles = {profile(2), profile(4)};
  Level hundred, three;
  hundred.bytes = 100;
  three.bytes = 3;
  const std::vector<TrendPoint> curve = curve_together({&first, &second}, {{hundred}, {three, three}}, 0);
  CHECK(curve.front().value == 0);
  CHECK(curve[curve.size() / 2 - 1].value > 90);
  CHECK(curve.back().value == 3);
  CHECK(curve_together({&first}, {{hundred}}, 0).back().value == 100);
}

TEST_CASE("Memory of several processes is added up over the wall clock", "[watch]") {
  Process early, late;
  early.start_unix_ns = 1'000'000'000'000;
  late.start_unix_ns = early.start_unix_ns + 5'000'000'000;
  const auto point = [](u64 second, u64 rss) {
    MemoryPoint at{};
    at.time_ns = second * 1'000'000'000;
    at.rss_bytes = rss;
    return at;
  };
  early.memory = {point(1, 10), point(10, 20)};
  late.memory = {point(1, 100), point(5, 300)};
  const std::vector<MemoryPoint> sum = memory_together({&early, &late}, 0);
  CHECK(sum.back().rss_bytes == 320);
  CHECK(sum.back().time_ns == 10'000'000'000);
  CHECK(sum[sum.size() / 4].rss_bytes == 10);
  SECTION("and of one its own points are kept, from the beginning of the period on") {
    const std::vector<MemoryPoint> own = memory_together({&early}, early.start_unix_ns + 4'000'000'000);
    REQUIRE(own.size() == 1);
    CHECK(own[0].time_ns == 6'000'000'000);
  }
}

}  // namespace lw
