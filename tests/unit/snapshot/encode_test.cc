// SPDX-License-Identifier: Apache-2.0
// What the encoder does with a live state that is not as it should be, and with a sink that refuses.
#include "snapshot/encode.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();

}  // namespace

TEST_CASE("the reason of every dump is in its snapshot") {
  LiveState live;
  for (u32 reason = 0; reason <= static_cast<u32>(kLastDumpReason); ++reason) {
    EncodeRequest request = hour_later();
    request.reason = DumpReason{reason};
    CHECK(encode_and_read(live, request).header.reason == request.reason);
  }
}

TEST_CASE("an empty live file becomes a whole, empty snapshot") {
  LiveState live;
  const Snapshot read = encode_and_read(live);
  CHECK(read.header.section_count == 11);
  CHECK(read.sites.empty());
  CHECK(read.live.empty());
  CHECK(read.memory.empty());
  CHECK(read.threads.size() == 1);  // the one that stands for threads without a record
}

TEST_CASE("the same state gives the same bytes, whatever was in the scratch memory") {
  RandomState state(1);
  CHECK(encode(state.live.view()) == encode(state.live.view()));
  MemorySink sink;
  std::vector<u8> zeroed(kEncodeScratchBytes + 1);
  encode_snapshot(state.live.view(), hour_later(), zeroed.data() + 1, sink.sink());  // aligned for nothing
  CHECK(sink.bytes() == encode(state.live.view()));
}

TEST_CASE("a sink that refuses at the N-th call is asked no more, and its error handed back, for every N") {
  RandomState state(2, 400);
  MemorySink willing;
  REQUIRE(encode_into(state.live.view(), willing) == 0);
  REQUIRE(willing.calls() > 20);
  for (u64 n = 0; n < willing.calls(); ++n) {
    MemorySink sink(n);
    REQUIRE(encode_into(state.live.view(), sink) == MemorySink::kRefusal);
    REQUIRE(sink.calls() == n + 1);
    REQUIRE(sink.calls_after_refusal() == 0);
  }
}

TEST_CASE("bytes that were left behind before the end do not begin like a snapshot") {
  RandomState state(3);
  MemorySink willing;
  encode_into(state.live.view(), willing);
  for (u64 n = 0; n < willing.calls(); ++n) {
    MemorySink sink(n);
    encode_into(state.live.view(), sink);
    REQUIRE_FALSE(read_snapshot(sink.bytes(), "left behind").snapshot);
  }
}

TEST_CASE("a sample whose site is not in the snapshot is left out") {
  LiveState live;
  live.add_thread(1, "main");
  live.add_site({1, 2});
  live.add_live(0x1000, 8, 0);
  live.add_live(0x2000, 8, 1);
  live.add_live(0x3000, 8, 0xffffffff);
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.live.size() == 1);
  CHECK(read.live[0].address == 0x1000);
}

TEST_CASE("a sample whose thread has no record is kept under number 0, which stands for all those") {
  LiveState live;
  live.add_site({1});
  live.add_live(0x1000, 8, 0, 1);
  live.add_live(0x2000, 8, 0, 0xffffffff);
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.live.size() == 2);
  CHECK(read.live[0].thread == 0);
  CHECK(read.live[1].thread == 0);
  REQUIRE(read.threads.size() == 1);
  CHECK(read.threads[0].tid == 0);
}

TEST_CASE("a site that is not there yet keeps its number, with no stack and no sums") {
  LiveState live;
  live.add_site({1, 2, 3}).samples = 5;
  live.at<Site>(TableId::kSites, 0).key = 0;
  live.add_site({4}).samples = 6;
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.sites.size() == 2);
  CHECK(read.sites[0].allocations.samples == 0);
  CHECK(read.stacks[read.sites[0].stack].frames.empty());
  CHECK(read.sites[1].allocations.samples == 6);
  CHECK(read.stacks[read.sites[1].stack].frames == std::vector<u64>{4});
}

TEST_CASE("a site whose frames lie outside of their table has no stack but keeps its sums") {
  LiveState live;
  const auto damage = [&](u64 first, u32 depth) {
    auto& site = live.add_site({7});
    site.samples = 5;
    site.stack = first;
    site.depth = depth;
  };
  damage(0, kMaxStackDepth + 1);
  damage(5, 1);
  damage(~u64{0}, 1);
  damage(u64{1} << 32, 1);
  damage(0, 0xffffffff);
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.sites.size() == 5);
  for (const SnapshotSite& site : read.sites) {
    CHECK(site.allocations.samples == 5);
    CHECK(read.stacks[site.stack].frames.empty());
    CHECK(read.stacks[site.stack].flags == kStackTruncated);
  }
}

TEST_CASE("sites that claim each other's frames do not make the snapshot many times larger than the live file") {
  LiveState live;
  for (u64 i = 0; i < 2 * kMaxStackDepth; ++i) {
    live.add<u64>(TableId::kFrames) = i * 0x0123'4567'89ab'cdef;  // far apart: ten bytes each
  }
  auto& sites = live.span(TableId::kSites);
  while (sites.used < sites.capacity) {
    auto& site = live.add<Site>(TableId::kSites);
    site.key = sites.used;
    site.stack = sites.used % kMaxStackDepth;
    site.depth = kMaxStackDepth;
  }
  CHECK(encode(live.view()).size() < 100'000);
}

TEST_CASE("sums that no sampling can give are written as zero, too large variances as the largest") {
  LiveState live;
  auto& site = live.add_site({1});
  site.samples = 1;
  site.count = -1;
  site.bytes = std::nan("");
  site.count_variance = kInfinity;
  site.bytes_variance = 1e300;
  live.add_frees(site).lifetime[3] = -kInfinity;
  live.header().drops[0] = {1, -kInfinity};
  const Snapshot read = encode_and_read(live);
  CHECK(read.sites[0].allocations.count == 0);
  CHECK(read.sites[0].allocations.bytes == 0);
  CHECK(read.sites[0].allocations.count_variance == static_cast<f64>(std::numeric_limits<f32>::max()));
  CHECK(read.sites[0].allocations.bytes_variance == static_cast<f64>(std::numeric_limits<f32>::max()));
  CHECK(read.sites[0].lifetimes.empty());
  CHECK(read.drops[0].bytes == 0);
}

TEST_CASE("frees, paths and build ids that lie outside of their tables are left out") {
  LiveState live;
  live.add_site({1}).frees = 1;
  live.add_mapping(0x1000, 0x2000, "/bin/a").path_bytes = 0xffffffff;
  live.add_mapping(0x2000, 0x3000, "/bin/b").path_offset = 0xffffffff;
  live.add_mapping(0x3000, 0x4000, "/bin/c").build_id_bytes = 33;
  live.add_mapping(0x4000, 0x4000, "/bin/empty");
  live.add_mapping(0, 0x5000, "/bin/absent");
  const Snapshot read = encode_and_read(live);
  CHECK(read.sites[0].frees.samples == 0);
  REQUIRE(read.mappings.size() == 3);
  CHECK(read.mappings[0].path.empty());
  CHECK(read.mappings[1].path.empty());
  CHECK(read.mappings[2].path == "/bin/c");
  CHECK(read.mappings[2].build_id.empty());
}

TEST_CASE("a release that names a site or a stack which is not there is left out") {
  LiveState live;
  live.add_site({1});
  const u32 stack = live.add_kept_stack({2});
  live.add_release(0, stack);
  live.add_release(1, stack);
  live.add_release(0, stack + 1);
  live.add_release(0xffff'fffe, stack);
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.releases.size() == 1);
  CHECK(read.releases[0].site == 0);
  CHECK(read.stacks[read.releases[0].stack].frames == std::vector<u64>{2});
}

TEST_CASE("a thread made by a thread or from a stack that is not there is one of unknown origin") {
  LiveState live;
  live.add_thread(1, "main");
  auto& thread = live.add_thread(2, "worker");
  thread.parent = 2;
  thread.made_by = 1;
  const Snapshot read = encode_and_read(live);
  CHECK(read.threads[1].parent == 0);
  CHECK_FALSE(read.threads[1].made_by);
}

TEST_CASE("marks that no search leaves are written as unknown") {
  LiveState live;
  live.add_site({1});
  live.add_live(0x1000, 8, 0).reach = static_cast<Reach>(77);
  live.header().reach = {static_cast<ReachWhere>(77), 0, 0, 0, 0, 0, 0};
  const Snapshot read = encode_and_read(live);
  CHECK(read.live[0].reach == Reach::kUnknown);
  CHECK_FALSE(read.reach);
}

TEST_CASE("no time in a snapshot is before the start or after the dump") {
  LiveState live;
  live.add_thread(1, "main").end_ns = 1;  // ended, though before the start
  auto& site = live.add_site({1});
  site.first_ns = ~u64{0};
  site.last_ns = 1;
  auto& sample = live.add_live(0x1000, 8, 0);
  sample.birth_ns = ~u64{0};
  sample.first_birth_ns = 1;
  sample.flags = kSampleRealloc;
  const u64 uptime_ns = 3600 * kSecondNs;
  const Snapshot read = encode_and_read(live);
  CHECK(read.threads[0].end_ns == 1);  // 0 would say that it runs
  CHECK(read.sites[0].first_ns == uptime_ns);
  CHECK(read.sites[0].last_ns == uptime_ns);
  CHECK(read.live[0].birth_us == uptime_ns / 1000);
  CHECK(read.live[0].first_birth_us == 0);
}

TEST_CASE("two points of one moment in the memory log become one") {
  LiveState live;
  for (const u64 seconds : {0, 2, 2, 1}) {
    live.add<MemoryPoint>(TableId::kMemory).time_ns = kStartNs + seconds * kSecondNs;
  }
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.memory.size() == 3);
  CHECK(read.memory[0].time_ns == 0);
  CHECK(read.memory[2].time_ns == 2 * kSecondNs);
}

TEST_CASE("a command line that was cut or miscounted gives the arguments that are there") {
  LiveState live;
  const auto command_of = [&](u32 argc, u32 bytes, std::string_view text) {
    std::memset(live.header().command, 0, sizeof live.header().command);
    text.copy(live.header().command, text.size());
    live.header().argc = argc;
    live.header().command_bytes = bytes;
    return encode_and_read(live).process.command;
  };
  using Command = std::vector<std::string>;
  CHECK(command_of(2, 4, {"a\0b\0", 4}) == Command{"a", "b"});
  CHECK(command_of(1, 4, {"a\0b\0", 4}) == Command{"a"});
  CHECK(command_of(900, 4, {"a\0b\0", 4}) == Command{"a", "b"});
  CHECK(command_of(2, 3, {"a\0bcd", 5}) == Command{"a", "b"});
  CHECK(command_of(5, 0, "") == Command{});
  CHECK(command_of(1, 0xffffffff, std::string(2048, 'x')) == Command{std::string(2048, 'x')});
}

}  // namespace lw::test
