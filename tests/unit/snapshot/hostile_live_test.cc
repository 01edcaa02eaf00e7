// SPDX-License-Identifier: Apache-2.0
// Live files that hold anything at all. The encoder must neither leave them nor write a snapshot that its own reader
// complains about.
#include <catch2/catch.hpp>
#include <thread>

#include "snapshot/atomic.h"
#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

// A sound header; tables of any content, counts and places.
LiveState scribbled(u64 seed) {
  std::mt19937_64 random(seed);
  RandomState state(seed, 200);
  for (TableSpan& span : state.live.header().tables) {
    if (random() % 4 == 0) {
      span.used = random() >> (random() % 64);
    }
  }
  const u64 words = kMinLiveBytes / sizeof(u64);
  u64* first = reinterpret_cast<u64*>(state.live.bytes());
  const u64 density = 1 + random() % 100;
  for (u64 at = kLiveHeaderBytes / sizeof(u64); at < words; at += 1 + random() % density) {
    first[at] = random() % 3 == 0 ? random() : random() >> (random() % 64);
  }
  return std::move(state.live);
}

}  // namespace

TEST_CASE("a live file of random records becomes a snapshot without a fault in it") {
  for (u64 seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    LiveState live = scribbled(seed);
    REQUIRE(check_live(live.bytes(), kMinLiveBytes) == nullptr);
    const std::vector<u8> bytes = encode(live.view());
    REQUIRE(sentences(read_snapshot(bytes, "test.lws").errors).empty());
    REQUIRE(bytes.size() < 4 * kMinLiveBytes);
  }
}

TEST_CASE("a live file whose header turned into anything after the check is encoded without leaving it") {
  for (u64 seed = 0; seed < 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    RandomState state(seed);
    u8* bytes = state.live.bytes();
    for (u64 i = 0; i < 1 + seed * 10; ++i) {
      bytes[random() % sizeof(LiveHeader)] = static_cast<u8>(random());
    }
    REQUIRE(sentences(read_snapshot(encode(state.live.view()), "test.lws").errors).empty());
  }
}

TEST_CASE("a live file cut at any length is refused, and even then encoded without leaving it") {
  RandomState state(5);
  for (u64 length = 0; length < kMinLiveBytes; length += 16'381) {
    INFO("length " << length);
    std::vector<u8> cut(state.live.bytes(), state.live.bytes() + length);
    REQUIRE(check_live(cut.data(), cut.size()) != nullptr);
    if (length >= kLiveHeaderBytes) {
      reinterpret_cast<LiveHeader*>(cut.data())->file_bytes = 0;  // does not know that it was cut
      REQUIRE(check_live(cut.data(), cut.size()) != nullptr);
      REQUIRE(sentences(read_snapshot(encode({cut.data(), cut.size()}), "test.lws").errors).empty());
    }
  }
}

TEST_CASE("no sample in a snapshot is made of two that shared a record during the dump", "[stress]") {
  constexpr u64 kSamples = 64, kSites = 8;
  LiveState live;
  for (u64 i = 0; i < kSites; ++i) {
    live.add_site({i + 1, 0x1000});
  }
  for (u64 i = 0; i < kSamples; ++i) {
    live.add_live((i + 1) << 12, i + 1, 0).interval = i + 1;
  }
  const std::jthread program([&](std::stop_token stop) {
    std::mt19937_64 random(6);
    while (!stop.stop_requested()) {
      auto& sample = live.at<LiveSample>(TableId::kLive, random() % kSamples);
      const u64 size = 1 + random() % 1000;
      store_release(sample.address, u64{0});
      store_release(sample.size, size);
      store_release(sample.site, random() % (2 * kSites));
      store_release(sample.interval, size);
      store_release(sample.address, size << 12);
      auto& site = live.at<Site>(TableId::kSites, random() % kSites);
      store_relaxed(site.samples, random());
      store_relaxed(site.bytes, static_cast<f64>(random()));
      store_release(site.key, random() % 2);
    }
  });
  u64 torn = 0;
  for (u32 round = 0; round < 2000; ++round) {
    for (const SnapshotLive& sample : encode_and_read(live).live) {
      torn += sample.address != sample.size << 12 || sample.interval != sample.size;
    }
  }
  CHECK(torn == 0);
}

TEST_CASE("tables that change their size and place during a dump leave the snapshot sound", "[stress]") {
  RandomState state(7, 100);
  LiveState& live = state.live;
  Site* sites = &live.at<Site>(TableId::kSites, 0);
  const std::jthread vandal([&](std::stop_token stop) {
    std::mt19937_64 random(7);
    while (!stop.stop_requested()) {
      TableSpan& span = live.span(TableId{static_cast<u32>(random() % kTableCount)});
      store_relaxed(span.used, random() >> (random() % 64));
      store_relaxed(span.offset, random() % (2 * kMinLiveBytes));
      store_relaxed(span.capacity, static_cast<u32>(random() >> (random() % 32)));
      Site& site = sites[random() % 50];
      store_relaxed(site.depth, static_cast<u32>(random() % 40));
      store_relaxed(site.stack, random() % 400);
    }
  });
  for (u32 round = 0; round < 200; ++round) {
    const std::vector<u8> bytes = encode(live.view());
    REQUIRE(sentences(read_snapshot(bytes, "test.lws").errors).empty());
  }
}

}  // namespace lw::test
