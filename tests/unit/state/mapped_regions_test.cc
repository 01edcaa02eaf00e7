// SPDX-License-Identifier: Apache-2.0
// Regions that the program mapped itself: found by range, cut, measured.
#include "interposer/state/mapped_regions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

#include "interposer/cold/admission.h"
#include "interposer/cold/bookkeeping.h"
#include "interposer/cold/unmapping.h"
#include "tests/unit/sampling/simulation.h"

namespace lw::test {
namespace {

constexpr u64 kPage = 4096, kMiB = 1 << 20, kBase = u64{1} << 40;

LiveSample mapped(u64 address, u64 bytes, u64 interval) {
  LiveSample sample{};
  sample.address = address;
  sample.size = bytes;
  sample.birth_ns = 1000;
  sample.interval = interval;
  sample.site = site_of(Place(1));
  sample.kind = AllocKind::kMmap;
  return sample;
}

void enter(const LiveSample& sample) {
  book_birth(sample, 1000);
  const f64 stands_for = weight_of(sample.size, sample.interval).count;
  REQUIRE(enter_region({sample.address, sample.address + sample.size, 0, stands_for}));
}

f64 alive(const WatchedProcess& process, u32 site) {
  return process.site(site).bytes - (process.site(site).frees != 0 ? process.frees(site).bytes : 0);
}

u8* map_pages(u64 bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(at != MAP_FAILED);
  madvise(at, bytes, MADV_NOHUGEPAGE);
  return static_cast<u8*>(at);
}

}  // namespace

TEST_CASE("A mapping is chosen with the probability of its size, and leaves countdown and counts alone", "[state]") {
  constexpr u64 kInterval = 64 << 10;
  constexpr int kThrows = 50'000;
  WatchedProcess process(kInterval);
  admit_mapping(kPage);  // the thread's first
  const ThreadSlot before = *claim_slot();
  for (const u64 size : {kPage, kInterval, 4 * kInterval}) {
    int chosen = 0;
    for (int i = 0; i < kThrows; ++i) chosen += admit_mapping(size) == kInterval;
    const f64 p = inclusion_probability(size, kInterval);
    CHECK(std::abs(chosen - kThrows * p) < 5 * std::sqrt(kThrows * p * (1 - p)));
  }
  const ThreadSlot& after = *claim_slot();
  CHECK(after.countdown == before.countdown);
  CHECK(after.drawn_bytes == before.drawn_bytes);
  CHECK(after.drawn_calls == before.drawn_calls);
}

TEST_CASE("A region is found by any part of it, once", "[state]") {
  WatchedProcess process(1);
  REQUIRE(enter_region({kBase, kBase + 3 * kPage, kRegionShared, 2.5}));
  Region region;
  CHECK_FALSE(take_region(kBase - kPage, kBase, &region));
  CHECK_FALSE(take_region(kBase + 3 * kPage, kBase + 9 * kPage, &region));
  REQUIRE(take_region(kBase + 2 * kPage, kBase + 9 * kPage, &region));
  CHECK(region.start == kBase);
  CHECK(region.end == kBase + 3 * kPage);
  CHECK(region.marks == kRegionShared);
  CHECK(region.stands_for == 2.5);
  CHECK_FALSE(take_region(kBase, kBase + kPage, &region));
}

TEST_CASE("The table of regions refuses when it is full, and serves again when one is taken", "[state]") {
  WatchedProcess process(1);
  for (u64 i = 0; i < kMappedRegions; ++i) REQUIRE(enter_region({kBase + i * kPage, kBase + (i + 1) * kPage, 0, 1}));
  CHECK_FALSE(enter_region({kPage, 2 * kPage, 0, 1}));
  Region region;
  REQUIRE(take_region(kBase + 77 * kPage, kBase + 78 * kPage, &region));
  CHECK(enter_region({kPage, 2 * kPage, 0, 1}));
}

TEST_CASE("What is left of a cut region stands for its own bytes, at any interval", "[state]") {
  for (const u64 interval : {u64{1}, 64 * kPage, u64{16} << 20}) {
    WatchedProcess process(interval == 1 ? 1 : 4096);
    const LiveSample whole = mapped(kBase, kMiB, interval);
    const f64 per_byte = weight_of(kMiB, interval).bytes / kMiB;
    enter(whole);
    Unmapping(kBase + 64 * kPage, 64 * kPage).done(FreeKind::kMunmap);
    CHECK(alive(process, whole.site) == Approx(per_byte * 192 * kPage));
    CHECK(live_sample_count() == 2);
    Unmapping(kBase, 32 * kPage).done(FreeKind::kMunmap);
    CHECK(alive(process, whole.site) == Approx(per_byte * 160 * kPage));
    Unmapping(kBase, 64 * kPage).done(FreeKind::kMunmap);
    Unmapping(kBase + 128 * kPage, 128 * kPage).done(FreeKind::kMunmap);
    CHECK(alive(process, whole.site) == Approx(0).margin(1e-6 * kMiB));
    CHECK(process.site(whole.site).count == Approx(process.frees(whole.site).count));
    CHECK(process.site(whole.site).samples == process.frees(whole.site).samples);
    CHECK(live_sample_count() == 0);
  }
}

TEST_CASE("A piece that finds no place among the regions is booked as gone, and is a drop", "[state]") {
  WatchedProcess process(1);
  const LiveSample whole = mapped(kBase, kMiB, 1);
  enter(whole);
  for (u64 i = 1; i < kMappedRegions; ++i) REQUIRE(enter_region({kBase + i * kMiB, kBase + (i + 1) * kMiB, 0, 1}));
  Unmapping(kBase + kPage, kPage).done(FreeKind::kMunmap);
  CHECK(alive(process, whole.site) == kPage);  // the first one has the place of the whole
  CHECK(live_sample_count() == 1);
  CHECK(process.drop(DropReason::kRegionsFull).count == 1);
  CHECK(process.drop(DropReason::kRegionsFull).bytes == kMiB - 2 * kPage);
}

TEST_CASE("An unmapping that fails leaves everything as it was", "[state]") {
  WatchedProcess process(1);
  const LiveSample whole = mapped(kBase, kMiB, 1);
  enter(whole);
  Unmapping(kBase + kPage, kPage).put_back();
  CHECK(live_sample_count() == 1);
  CHECK(alive(process, whole.site) == kMiB);
  Region region;
  REQUIRE(take_region(kBase, kBase + kPage, &region));
  CHECK(region.end == kBase + kMiB);
}

TEST_CASE("A mapping where a region is known proves that its end was missed", "[state]") {
  WatchedProcess process(1);
  enter(mapped(kBase, kMiB, 1));
  Unmapping(kBase, 2 * kMiB).was_missed();
  CHECK(live_sample_count() == 0);
  CHECK(process.drop(DropReason::kMissedFree).count == 1);
}

TEST_CASE("Mapped memory is no part of what is alive in the heap", "[state]") {
  WatchedProcess process(1);
  enter(mapped(kBase, kMiB, 1));
  CHECK(lw::process().live_totals.bytes == 0);
  CHECK(mapped_bytes() == kMiB);
}

TEST_CASE("Of a region counts what is in memory, of a reservation nothing else", "[state]") {
  WatchedProcess process(1);
  u8* some = map_pages(8 * kMiB);
  u8* reserved = map_pages(8 * kMiB);
  std::memset(some, 1, kMiB);
  std::memset(reserved, 1, 2 * kMiB);
  const u64 at = reinterpret_cast<u64>(some), there = reinterpret_cast<u64>(reserved);
  enter_region({at, at + 8 * kMiB, 0, 2});
  enter_region({there, there + 8 * kMiB, kRegionReserved, 1});
  enter_region({kBase, kBase + kMiB, kRegionShared, 1});
  CHECK(mapped_bytes() == 16 * kMiB);  // not measured yet
  measure_regions();
  measure_regions();
  CHECK(mapped_bytes() == 2 * kMiB + 2 * kMiB);
  munmap(some, 8 * kMiB);
  munmap(reserved, 8 * kMiB);
}

TEST_CASE("Threads that map and unmap beside each other lose no region", "[stress]") {
  WatchedProcess process(1);
  std::vector<std::thread> threads;
  for (u64 t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const u64 mine = kBase + (t << 32);
      for (u64 i = 0; i < 20'000; ++i) {
        const u64 start = mine + i % 16 * kMiB;
        Region region;
        if (i >= 16 && !take_region(start + kPage, start + 2 * kPage, &region)) std::abort();
        if (i >= 16 && region.start != start) std::abort();
        if (!enter_region({start, start + 8 * kPage, 0, 1})) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(mapped_bytes() == 4 * 16 * 8 * kPage);
  CHECK(lw::process().regions_high <= 4 * 16 + 4);
}

}  // namespace lw::test
