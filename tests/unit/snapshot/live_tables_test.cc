// SPDX-License-Identifier: Apache-2.0
#include "snapshot/live_tables.h"

#include <catch2/catch.hpp>

#include "tests/unit/snapshot/live_state.h"

namespace lw::test {
namespace {

TableSpan span(const LiveHeader& header, TableId id) { return header.tables[static_cast<u32>(id)]; }

}  // namespace

TEST_CASE("a live file of any size is divided into whole pages that do not overlap and fill it") {
  for (const u64 bytes : {kMinLiveBytes, kMinLiveBytes + 4095, u64{3'000'000}, kDefaultLiveBytes, u64{1} << 30}) {
    LiveHeader header{};
    const u64 used = lay_out_live(&header, bytes);
    REQUIRE(used == bytes / 4096 * 4096);
    CHECK(header.file_bytes == used);
    u64 end = kLiveHeaderBytes;
    for (const TableSpan& table : header.tables) {
      CHECK(table.offset == end);
      CHECK(table.offset % 4096 == 0);
      CHECK(table.capacity > 0);
      CHECK(table.used == 0);
      end = (table.offset + u64{table.capacity} * table.record_bytes + 4095) / 4096 * 4096;
    }
    CHECK(end == used);
  }
}

TEST_CASE("the default live file has room for a hundred thousand samples and twenty thousand sites") {
  LiveHeader header{};
  lay_out_live(&header, kDefaultLiveBytes);
  CHECK(span(header, TableId::kLive).capacity > 100'000);
  CHECK(span(header, TableId::kSites).capacity > 20'000);
  CHECK(span(header, TableId::kSiteFrees).capacity > 6'000);
  CHECK(span(header, TableId::kFrames).capacity > 20'000 * 20);
  CHECK(span(header, TableId::kThreads).capacity > 10'000);
  CHECK(span(header, TableId::kMemory).capacity >= 768);
  CHECK(span(header, TableId::kStacks).capacity == 640);
  CHECK(span(header, TableId::kReleases).capacity >= 384);
  CHECK(span(header, TableId::kMappings).capacity == 2048);
  CHECK(span(header, TableId::kText).capacity == 256 << 10);
}

TEST_CASE("less than the smallest live file is not divided") {
  LiveHeader header{};
  CHECK(lay_out_live(&header, kMinLiveBytes - 1) == 0);
  CHECK(header.version == 0);
}

TEST_CASE("an empty live file passes its check, wherever it was laid out") {
  LiveState live;
  CHECK(check_live(live.bytes(), kMinLiveBytes) == nullptr);
  CHECK(check_live(live.bytes(), kMinLiveBytes - 1) != nullptr);
}

TEST_CASE("a table that a live file puts wrongly is found") {
  LiveState live;
  TableSpan& frames = live.span(TableId::kFrames);
  const TableSpan sound = frames;
  const auto verdict_on = [&](auto change) {
    frames = sound;
    change();
    const char* verdict = check_live(live.bytes(), kMinLiveBytes);
    return std::string(verdict != nullptr ? verdict : "sound");
  };
  const std::string outside = "is damaged: its header puts a table outside of the file";
  CHECK(verdict_on([] {}) == "sound");
  CHECK(verdict_on([&] { frames.used = ~u64{0}; }) == "sound");  // clamped by whoever reads
  CHECK(verdict_on([&] { frames.offset = 0; }) == outside);
  CHECK(verdict_on([&] { frames.offset += 4; }) == outside);
  CHECK(verdict_on([&] { frames.offset = ~u64{7}; }) == outside);
  CHECK(verdict_on([&] { frames.capacity = 0xffffffff; }) == outside);
  CHECK(verdict_on([&] { frames.record_bytes = 4; }) ==
        "is damaged: its header gives records of a table the wrong size");
}

TEST_CASE("what is no live file, or not one of this version, is refused with the reason") {
  LiveState live;
  CHECK(check_live(live.bytes(), 100) == std::string("is shorter than the header of a live file"));
  live.header().version = kLiveVersion + 1;
  CHECK(check_live(live.bytes(), kMinLiveBytes) ==
        std::string("is a live file of another version of leakwatch; only that version can read it"));
  live.header().magic[0] = 'x';
  CHECK(check_live(live.bytes(), kMinLiveBytes) == std::string("is not a live file of leakwatch"));
}

TEST_CASE("a table that turned bad after the check is taken for empty, a count for its capacity") {
  LiveState live;
  live.span(TableId::kLive).used = ~u64{0};
  live.span(TableId::kSites).used = 5;
  live.span(TableId::kSites).offset = u64{1} << 40;
  const LiveTables tables = look_at_tables(live.view());
  CHECK(tables.live.count == live.span(TableId::kLive).capacity);
  CHECK(tables.sites.count == 0);
}

}  // namespace lw::test
