// SPDX-License-Identifier: Apache-2.0
// How much of a large block is in memory.
#include "interposer/dump/residence.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u64 kMiB = 1 << 20;

u8* map_pages(u64 bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(at != MAP_FAILED);
  madvise(at, bytes, MADV_NOHUGEPAGE);
  return static_cast<u8*>(at);
}

u32 enter(const void* block, u64 size) {
  LiveSample sample{};
  sample.address = reinterpret_cast<u64>(block);
  sample.size = size;
  sample.interval = 1;
  DropReason full;
  REQUIRE(insert_sample(sample, &full));
  return used_records(TableId::kLive) - 1;
}

u32 resident_kib(u32 number) { return records<LiveSample>(TableId::kLive)[number].resident_kib; }

}  // namespace

TEST_CASE("Pages that were touched are told from those that were not", "[state]") {
  WatchedProcess process(1);
  u8* some = map_pages(8 * kMiB);
  std::memset(some, 1, kMiB);
  u8* none = map_pages(kMiB);
  const u32 touched = enter(some, 8 * kMiB), untouched = enter(none, kMiB), small = enter(some + 4 * kMiB, 1000);
  measure_residence();
  CHECK(resident_kib(touched) == 1024 + 1);
  CHECK(resident_kib(untouched) == 0 + 1);
  CHECK(resident_kib(small) == 0);  // not worth the question
  munmap(some, 8 * kMiB);
  munmap(none, kMiB);
}

TEST_CASE("A block that is gone by now is passed over", "[state]") {
  WatchedProcess process(1);
  u8* block = map_pages(kMiB);
  const u32 number = enter(block, kMiB);
  munmap(block, kMiB);
  measure_residence();
  CHECK(resident_kib(number) == 0 + 1);
}

TEST_CASE("A record that is used again says nothing of the block before", "[state]") {
  WatchedProcess process(1);
  u8* block = map_pages(kMiB);
  std::memset(block, 1, kMiB);
  const u32 number = enter(block, kMiB);
  measure_residence();
  REQUIRE(resident_kib(number) == 1024 + 1);
  LiveSample taken;
  REQUIRE(take_sample(reinterpret_cast<u64>(block), &taken));
  REQUIRE(enter(block, 100) == number);
  CHECK(resident_kib(number) == 0);
  munmap(block, kMiB);
}

}  // namespace lw::test
