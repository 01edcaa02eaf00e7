// SPDX-License-Identifier: Apache-2.0
// Who freed what, and what happens when there are more ways to free than room for them.
#include "interposer/state/release_table.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>
#include <vector>

#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

u32 keep_stack(const Place& place) {
  bool is_new;
  return find_or_make_kept_stack(place.stack(), &is_new);
}

const ReleaseRecord& release(u32 number) { return records<ReleaseRecord>(TableId::kReleases)[number]; }

}  // namespace

TEST_CASE("A stack is kept once, with its frames", "[state]") {
  WatchedProcess process(4096);
  const Place place(7);
  bool is_new = false;
  const u32 number = find_or_make_kept_stack(place.stack(), &is_new);
  CHECK(is_new);
  CHECK(find_or_make_kept_stack(place.stack(), &is_new) == number);
  CHECK_FALSE(is_new);
  CHECK(keep_stack(Place(8)) != number);
  const KeptStack& kept = records<KeptStack>(TableId::kStacks)[number];
  REQUIRE(kept.depth == 2);
  CHECK(records<u64>(TableId::kFrames)[kept.stack] == place.frames[0]);
  CHECK(records<u64>(TableId::kFrames)[kept.stack + 1] == place.frames[1]);
}

TEST_CASE("Releases add up by site and stack", "[state]") {
  WatchedProcess process(4096);
  const u32 usual = keep_stack(Place(1)), rare = keep_stack(Place(2));
  for (u64 i = 0; i < 3; ++i) add_release(5, usual, {2, 200, 0, 0}, 10 + i);
  add_release(5, rare, {1, 100, 0, 0}, 20);
  add_release(6, usual, {1, 100, 0, 0}, 30);
  REQUIRE(used_records(TableId::kReleases) == 3);
  CHECK(release(0).site == 5 + 1);
  CHECK(release(0).stack == usual);
  CHECK(release(0).samples == 3);
  CHECK(release(0).count == 6);
  CHECK(release(0).bytes == 600);
  CHECK(release(0).last_ns == 12);
  CHECK(release(1).stack == rare);
  CHECK(release(2).site == 6 + 1);
}

TEST_CASE("What finds no room is counted, and what was there goes on counting", "[state]") {
  WatchedProcess process(4096);
  const u32 room = span_of(TableId::kReleases).capacity;
  REQUIRE(room < kReleaseCells);
  REQUIRE(span_of(TableId::kStacks).capacity < kStackCells);
  const u32 stack = keep_stack(Place(1));
  for (u32 site = 0; site < room + 10; ++site) add_release(site, stack, {1, 1, 0, 0}, 1);
  CHECK(process.drop(DropReason::kReleasesFull).count == 10);
  add_release(3, stack, {1, 1, 0, 0}, 1);
  CHECK(release(3).samples == 2);

  const u32 stacks = span_of(TableId::kStacks).capacity;
  for (u32 number = 1; number < stacks; ++number) REQUIRE(keep_stack(Place(100 + number)) == number);
  CHECK(keep_stack(Place(99'999)) == kNoRecord);
  CHECK(keep_stack(Place(1)) == stack);
}

TEST_CASE("Threads that free at the same time lose nothing", "[state][stress]") {
  WatchedProcess process(4096, 16 << 20);
  constexpr u64 kThreads = 8, kRounds = 5000, kPlaces = 20;
  std::vector<std::thread> threads;
  for (u64 t = 0; t < kThreads; ++t) {
    threads.emplace_back([t] {
      for (u64 i = 0; i < kRounds; ++i) {
        const u64 which = (i * 7 + t) % kPlaces;
        add_release(static_cast<u32>(which % 4), keep_stack(Place(which)), {1, 10, 0, 0}, i + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  u64 samples = 0;
  f64 bytes = 0;
  std::set<std::pair<u32, u32>> pairs;
  for (u32 i = 0; i < used_records(TableId::kReleases); ++i) {
    if (release(i).samples == 0) continue;  // somebody else was faster
    samples += release(i).samples;
    bytes += release(i).bytes;
    CHECK(pairs.emplace(release(i).site, release(i).stack).second);
  }
  CHECK(samples == kThreads * kRounds);
  CHECK(bytes == 10.0 * kThreads * kRounds);
  CHECK(pairs.size() == kPlaces);
}

}  // namespace lw::test
