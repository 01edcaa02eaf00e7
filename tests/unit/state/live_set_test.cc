// SPDX-License-Identifier: Apache-2.0
// The live set against a model, at its limits, and in every meeting of the thinner with a taker.
#include "interposer/state/live_set.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "interposer/cold/next_interval.h"
#include "interposer/state/address_filter.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

LiveSample sample_at(u64 address, u64 size = 100) {
  LiveSample sample{};
  sample.address = address;
  sample.size = size;
  sample.birth_ns = address ^ size;
  sample.first_birth_ns = size;
  sample.interval = 4096;
  sample.site = static_cast<u32>(size % 7);
  sample.thread = static_cast<u32>(size % 5);
  sample.kind = AllocKind::kNew;
  sample.flags = kSampleRealloc;
  sample.reallocs = static_cast<u16>(size);
  return sample;
}

bool insert(u64 address, u64 size = 100) {
  DropReason full;
  return insert_sample(sample_at(address, size), &full);
}

bool same(const LiveSample& a, const LiveSample& b) {
  return a.address == b.address && a.size == b.size && a.birth_ns == b.birth_ns &&
         a.first_birth_ns == b.first_birth_ns && a.interval == b.interval && a.site == b.site && a.thread == b.thread &&
         a.kind == b.kind && a.flags == b.flags && a.reallocs == b.reallocs;
}

// hash_address() is a multiplication by an odd number, so for any hash there is an address, if it is small enough.
u64 address_with_hash(u64 hash) {
  u64 inverse = 1;
  for (u32 i = 0; i < 6; ++i) inverse *= 2 - 0x9E3779B97F4A7C15ull * inverse;
  return hash * inverse << 4;
}

bool has_hash(u64 address, u64 hash) { return address != 0 && hash_address(address) == hash; }

// One pass of a thinner whose decisions a test writes; what happens meanwhile on other threads happens in `visit`.
std::vector<LiveSample> thin(std::function<bool(LiveSample&)> visit) {
  struct Pass {
    std::function<bool(LiveSample&)> visit;
    std::vector<LiveSample> freed;
  } pass{std::move(visit), {}};
  thin_samples({&pass, [](void* self, LiveSample& sample) { return static_cast<Pass*>(self)->visit(sample); },
                [](void* self, const LiveSample& sample) { static_cast<Pass*>(self)->freed.push_back(sample); }});
  return pass.freed;
}

bool take(u64 address) {
  LiveSample taken;
  return take_sample(address, &taken);
}

}  // namespace

TEST_CASE("The live set does what a map does", "[state]") {
  WatchedProcess process(4096);
  std::unordered_map<u64, LiveSample> model;
  std::vector<u64> addresses;
  u64 random = 1;
  for (u32 step = 0; step < 200'000; ++step) {
    const u64 dice = next_random(random);
    if (dice % 2 == 0 && model.size() < 4000) {
      const u64 address = next_random(random) % (u64{1} << 43) * 16 + 16;
      if (model.count(address) != 0) continue;
      REQUIRE(insert(address, dice % 1000));
      model[address] = sample_at(address, dice % 1000);
      addresses.push_back(address);
    } else if (!addresses.empty()) {
      const u64 address = addresses[dice / 4 % addresses.size()];
      LiveSample taken;
      const bool found = take_sample(address, &taken);
      REQUIRE(found == (model.count(address) != 0));
      if (!found) continue;
      REQUIRE(same(taken, model[address]));
      model.erase(address);
    }
    REQUIRE(live_sample_count() == model.size());
  }
  for (const auto& [address, sample] : model) {
    LiveSample taken;
    REQUIRE(filter_may_hold(address));
    REQUIRE(take_sample(address, &taken));
    REQUIRE(same(taken, sample));
  }
  CHECK(live_sample_count() == 0);
}

TEST_CASE("A sample that is looked at stays where it is", "[state]") {
  WatchedProcess process(4096);
  REQUIRE(insert(0x5000, 77));
  LiveSample seen{};
  REQUIRE(find_sample(0x5000, &seen));
  CHECK(same(seen, sample_at(0x5000, 77)));
  CHECK_FALSE(find_sample(0x6000, &seen));
  CHECK(live_sample_count() == 1);
  REQUIRE(take_sample(0x5000, &seen));
  CHECK_FALSE(find_sample(0x5000, &seen));
}

TEST_CASE("Thinning visits each sample once and keeps what it says", "[state]") {
  WatchedProcess process(4096);
  for (u64 i = 1; i <= 3000; ++i) REQUIRE(insert(i * 4096, i));
  u64 visited = 0;
  const auto freed = thin([&](LiveSample& sample) {
    ++visited;
    return sample.size % 4 == 0;
  });
  CHECK(freed.empty());
  CHECK(visited == 3000);
  CHECK(live_sample_count() == 750);
  for (u64 i = 1; i <= 3000; ++i) REQUIRE(take(i * 4096) == (i % 4 == 0));
}

TEST_CASE("A full table refuses, and takes again what was given back", "[state]") {
  WatchedProcess process(4096, kMinLiveBytes, 500);
  for (u64 i = 1; i <= 500; ++i) REQUIRE(insert(i * 4096));
  DropReason full;
  CHECK_FALSE(insert_sample(sample_at(501 * 4096), &full));
  CHECK(full == DropReason::kLiveTableFull);
  CHECK_FALSE(filter_may_hold(501 * 4096));
  LiveSample taken;
  for (u64 round = 0; round < 1000; ++round) {
    REQUIRE(take_sample((round % 500 + 1) * 4096, &taken));
    REQUIRE(insert((round % 500 + 1) * 4096));
  }
  CHECK(used_records(TableId::kLive) == 500);
  CHECK(live_sample_count() == 500);
}

TEST_CASE("A full neighbourhood of the index refuses, and leaves nothing behind", "[state]") {
  constexpr u32 kWindow = 64;
  WatchedProcess process(4096);
  // The small table is taken by others, of no address at hand.
  std::fill_n(lw::process().live_cells, kNearCells, u64{0xFFFF} << 32);
  std::vector<u64> neighbours;
  for (u64 address = 4096; neighbours.size() <= kWindow; address += 4096) {
    if ((hash_address(address) >> 32 & lw::process().live_cell_mask) == 77) neighbours.push_back(address);
  }
  for (u32 i = 0; i < kWindow; ++i) REQUIRE(insert(neighbours[i], i));
  const u64 last = neighbours[kWindow];
  const u8 filter_before = filter_counter(last);
  DropReason full;
  CHECK_FALSE(insert_sample(sample_at(last), &full));
  CHECK(full == DropReason::kLiveIndexFull);
  CHECK(live_sample_count() == kWindow);
  CHECK(filter_counter(last) == filter_before);
  LiveSample taken;
  CHECK_FALSE(take_sample(last, &taken));
  for (u32 i = 0; i < kWindow; ++i) {
    REQUIRE(take_sample(neighbours[i], &taken));
    REQUIRE(same(taken, sample_at(neighbours[i], i)));
  }
  CHECK(insert(last));
}

TEST_CASE("A few hundred samples touch a few pages of the index", "[state]") {
  WatchedProcess process(4096);
  for (u64 i = 1; i <= 800; ++i) REQUIRE(insert(0x7f0000000000 + i * 71 * 4096));
  const u64* cells = lw::process().live_cells;
  const u64 far = kNearCells + lw::process().live_cell_mask + 1;
  CHECK(std::count_if(cells, cells + kNearCells, [](u64 cell) { return cell != 0; }) == 800);
  CHECK(std::count_if(cells + kNearCells, cells + far, [](u64 cell) { return cell != 0; }) == 0);
}

TEST_CASE("Samples that the small table has no room for are found and thinned like any other", "[state]") {
  WatchedProcess process(4096, 32 << 20);
  constexpr u64 kSamples = 3 * kNearCells;
  for (u64 i = 1; i <= kSamples; ++i) REQUIRE(insert(i * 4096, i));
  u64 visited = 0;
  thin([&](LiveSample& sample) {
    ++visited;
    return sample.size % 2 == 0;
  });
  CHECK(visited == kSamples);
  for (u64 i = 1; i <= kSamples; ++i) REQUIRE(take(i * 4096) == (i % 2 == 0));
  CHECK(live_sample_count() == 0);
}

TEST_CASE("With as many samples as there are records, no neighbourhood is full", "[state]") {
  WatchedProcess process(4096, 32 << 20);
  u64 random = 2;
  for (const bool scattered : {false, true}) {
    process.begin_anew(4096);
    u64 refused = 0;
    for (u64 i = 1; i <= live_sample_capacity(); ++i) {
      const u64 page = scattered ? next_random(random) % (u64{1} << 34) : i;
      refused += !insert(page * 4096);
    }
    CHECK(refused == 0);
  }
}

TEST_CASE("Addresses that look alike in the index are told apart", "[state]") {
  WatchedProcess process(4096);
  constexpr u64 kHash = 0x0000'1234'5678'9ab4;
  std::vector<u64> alike;
  for (u64 free_bits = 0; alike.size() < 3; ++free_bits) {
    const u64 hash = kHash | free_bits << 46;  // the cell number has fewer than 14 + 32 bits
    const u64 address = address_with_hash(hash);
    if (has_hash(address, hash)) alike.push_back(address);
  }
  for (const u64 address : alike) REQUIRE(insert(address, address % 1000));
  for (const u32 i : {1, 2, 0}) {
    LiveSample taken;
    REQUIRE(take_sample(alike[i], &taken));
    CHECK(same(taken, sample_at(alike[i], alike[i] % 1000)));
  }
}

TEST_CASE("A block that is freed while the thinner holds it is left to the thinner", "[state]") {
  WatchedProcess process(4096);
  REQUIRE(insert(4096));
  const bool stays = GENERATE(true, false);
  const auto freed = thin([&](LiveSample& sample) {
    CHECK_FALSE(take(sample.address));
    CHECK_FALSE(take(sample.address));  // a second free of it is nobody's
    return stays;
  });
  // If it goes anyway, the thinner has taken it out of the books already.
  REQUIRE(freed.size() == (stays ? 1 : 0));
  if (stays) CHECK(same(freed[0], sample_at(4096)));
  CHECK(live_sample_count() == 0);
  CHECK(filter_counter(4096) == 0);
  thin([](LiveSample&) -> bool { throw std::logic_error("nothing is left"); });
}

TEST_CASE("A block's address may come back while the thinner still holds its old sample", "[state]") {
  WatchedProcess process(4096);
  REQUIRE(insert(4096, 1));
  const bool stays = GENERATE(true, false);
  const auto freed = thin([&](LiveSample& sample) {
    if (sample.size == 2) return true;
    CHECK_FALSE(take(4096));
    CHECK(insert(4096, 2));
    return stays;
  });
  CHECK(freed.size() == (stays ? 1 : 0));
  CHECK(live_sample_count() == 1);
  LiveSample taken;
  REQUIRE(take_sample(4096, &taken));
  CHECK(taken.size == 2);
  CHECK_FALSE(take(4096));
}

TEST_CASE("Others may be taken and made while the thinner is at one sample", "[state]") {
  WatchedProcess process(4096);
  for (u64 i = 1; i <= 200; ++i) REQUIRE(insert(i * 4096, i));
  u64 next = 201, oldest = 1;
  thin([&](LiveSample&) {
    if (next > 400) return true;
    take(oldest++ * 4096);  // perhaps the very one that is held
    CHECK(insert(next * 4096, next));
    ++next;
    return true;
  });
  CHECK(live_sample_count() == 200);
  for (u64 i = 1; i <= 400; ++i) CHECK(take(i * 4096) == (i >= oldest && i < next));
}

TEST_CASE("A sample that the thinner has thrown away is not found by its free", "[state]") {
  WatchedProcess process(4096);
  REQUIRE(insert(4096, 1));
  thin([](LiveSample&) { return false; });
  CHECK_FALSE(take(4096));
  CHECK_FALSE(filter_may_hold(4096));
  CHECK(insert(4096, 2));
  LiveSample taken;
  REQUIRE(take_sample(4096, &taken));
  CHECK(taken.size == 2);
}

TEST_CASE("The filter saturates to perhaps, and never says a wrong no", "[state]") {
  WatchedProcess process(4096);
  constexpr u64 kAddress = 123 * 4096;
  CHECK_FALSE(filter_may_hold(kAddress));
  for (u32 i = 0; i < 254; ++i) filter_add(kAddress);
  for (u32 i = 0; i < 254; ++i) filter_remove(kAddress);
  CHECK_FALSE(filter_may_hold(kAddress));
  for (u32 i = 0; i < 300; ++i) filter_add(kAddress);
  for (u32 i = 0; i < 300; ++i) filter_remove(kAddress);
  CHECK(filter_may_hold(kAddress));
  filter_remove(kAddress + 4096 * 7);  // what was never added
  CHECK_FALSE(filter_may_hold(kAddress + 4096 * 7));
}

TEST_CASE("The filter spreads page-aligned addresses over all of its counters", "[state]") {
  WatchedProcess process(4096);
  for (u64 i = 0; i < 4 * kFilterBytes; ++i) filter_add(0x7f12'3456'0000 + i * 4096);
  u64 empty = 0, crowded = 0;
  for (u64 i = 0; i < kFilterBytes; ++i) {
    empty += g_wiped.filter[i] == 0;
    crowded += g_wiped.filter[i] > 16;
  }
  CHECK(empty < kFilterBytes / 20);  // 1.8 % if they fell at random
  CHECK(crowded == 0);
}

}  // namespace lw::test
