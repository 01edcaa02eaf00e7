// SPDX-License-Identifier: Apache-2.0
// Notes about new threads find their way to the threads' records.
#include "interposer/state/thread_birth.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/state/fixture.h"

namespace lw::test {

TEST_CASE("A note is taken once, by its thread alone", "[state]") {
  WatchedProcess process(4096);
  note_newborn({0x7000, 3, 9, 8 << 20});
  Newborn newborn{};
  CHECK_FALSE(take_newborn(0, &newborn));
  CHECK_FALSE(take_newborn(0x7040, &newborn));
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.parent == 3);
  CHECK(newborn.made_by == 9);
  CHECK(newborn.stack_bytes == 8 << 20);
  CHECK_FALSE(take_newborn(0x7000, &newborn));
}

TEST_CASE("The note of a later thread of the same name replaces that of one that was never met", "[state]") {
  WatchedProcess process(4096);
  note_newborn({0x7000, 3, 9, 1});
  note_newborn({0x7000, 4, 8, 2});
  Newborn newborn{};
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.parent == 4);
  CHECK(newborn.made_by == 8);
  CHECK_FALSE(take_newborn(0x7000, &newborn));
}

TEST_CASE("More notes than places cost notes, never a wrong one", "[state]") {
  WatchedProcess process(4096);
  constexpr u64 kMany = 10 * kNewborns;
  for (u32 i = 1; i <= kMany; ++i) note_newborn({u64{i} << 23, i, i, i});
  u32 kept = 0;
  for (u32 i = 1; i <= kMany; ++i) {
    Newborn newborn{};
    if (!take_newborn(u64{i} << 23, &newborn)) continue;
    ++kept;
    REQUIRE(newborn.parent == i);
  }
  CHECK(kept > kNewborns / 2);
}

TEST_CASE("What lay in the place before is the name of an earlier thread, which does not take the birth", "[state]") {
  WatchedProcess process(4096);
  u64 name = 0x7000;  // the thread made last, from the same line, is still on its way to its first allocation
  const u64 place = reinterpret_cast<u64>(&name);
  note_newborn({0x7000, 2, 8, 2 << 20});
  const u32 birth = announce_birth(place, {0, 3, 9, 1 << 20});
  Newborn newborn{};
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.made_by == 8);
  name = 0x9000;
  REQUIRE(take_newborn(0x9000, &newborn));
  CHECK(newborn.made_by == 9);
  CHECK_FALSE(conclude_birth(birth, place, {}));
}

TEST_CASE("A thread that is met while its maker is still in the call finds who that is", "[state]") {
  WatchedProcess process(4096);
  u64 name = 0;  // where pthread_create will put it
  const u64 place = reinterpret_cast<u64>(&name);
  const u32 birth = announce_birth(place, {0, 3, 9, 1 << 20});
  Newborn newborn{};
  CHECK_FALSE(take_newborn(0x7000, &newborn));
  name = 0x7000;
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.parent == 3);
  CHECK(newborn.made_by == 9);
  CHECK_FALSE(take_newborn(0x7000, &newborn));
  CHECK_FALSE(conclude_birth(birth, place, {}));  // so no note is left for a later thread of the same name
}

TEST_CASE("A birth under way counts more than the note of an earlier thread of the same name", "[state]") {
  WatchedProcess process(4096);
  note_newborn({0x7000, 1, 1, 1});
  u64 name = 0;
  announce_birth(reinterpret_cast<u64>(&name), {0, 3, 9, 2});
  name = 0x7000;
  Newborn newborn{};
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.made_by == 9);
  CHECK_FALSE(take_newborn(0x7000, &newborn));
}

TEST_CASE("A thread that is given the name of the one made before it, and ended, finds its own birth", "[state]") {
  WatchedProcess process(4096);
  u64 name = 0x7000;
  announce_birth(reinterpret_cast<u64>(&name), {0, 3, 9, 2});
  Newborn newborn{};
  REQUIRE(take_newborn(0x7000, &newborn));
  CHECK(newborn.made_by == 9);
}

TEST_CASE("A birth that nobody asked about is left to a note, and its place serves again", "[state]") {
  WatchedProcess process(4096);
  u64 name = 0;
  const u64 place = reinterpret_cast<u64>(&name);
  for (u32 i = 0; i < 3 * kBirths; ++i) {
    const u32 birth = announce_birth(place, {0, 3, 9, 1});
    REQUIRE(birth != kNotAnnounced);
    REQUIRE(conclude_birth(birth, place, {}));
  }
  for (u32 i = 0; i < kBirths; ++i) REQUIRE(announce_birth(place, {0, 3, 9, 1}) != kNotAnnounced);
  CHECK(announce_birth(place, {0, 3, 9, 1}) == kNotAnnounced);
  Newborn newborn{};
  CHECK_FALSE(take_newborn(0x7000, &newborn));
}

TEST_CASE("Between two instants of its maker's a thread finds either the announcement or the note", "[state]") {
  WatchedProcess process(4096);
  u64 name = 0x7000;
  const u64 place = reinterpret_cast<u64>(&name);
  for (u32 i = 0; i < 2000; ++i) {
    name = 0;
    const u32 birth = announce_birth(place, {0, 3, 9, 1});
    name = 0x7000;
    bool found = false;
    std::thread newborn([&] {
      Newborn own{};
      found = take_newborn(0x7000, &own) && own.made_by == 9;
    });
    conclude_birth(birth, place, {0x7000, 3, 9, 1});
    newborn.join();
    REQUIRE(found);
    Newborn left{};
    REQUIRE_FALSE(take_newborn(0x7000, &left));
  }
}

TEST_CASE("The place of a birth may be gone when it is looked at", "[state]") {
  WatchedProcess process(4096);
  announce_birth(16, {0, 3, 9, 1});  // no page there
  Newborn newborn{};
  CHECK_FALSE(take_newborn(0x7000, &newborn));
}

TEST_CASE("A thread's record says who made it, whether the note came before or after its first sample", "[state]") {
  WatchedProcess process(4096);
  ThreadRecord* record = nullptr;
  std::thread([&] {
    ThreadSlot& slot = *claim_slot();
    REQUIRE(origin_of(slot).self != 0);
    record = &records<ThreadRecord>(TableId::kThreads)[record_of(slot, 1)];
    CHECK(record->made_by == 0);
    note_newborn({origin_of(slot).self, 0, 5, 1 << 20});
    publish_counts(2);
  }).join();
  CHECK(record->made_by == 5);
  CHECK(record->stack_bytes == 1 << 20);
}

TEST_CASE("The first thread has no maker, and nobody looks for one", "[state]") {
  WatchedProcess process(4096);
  ThreadSlot& slot = *claim_slot();
  const u32 number = record_of(slot, 1);
  note_newborn({origin_of(slot).self, 0, 5, 1 << 20});
  publish_counts(2);
  CHECK(records<ThreadRecord>(TableId::kThreads)[number].made_by == 0);
}

}  // namespace lw::test
