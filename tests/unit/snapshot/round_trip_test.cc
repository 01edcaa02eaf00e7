// SPDX-License-Identifier: Apache-2.0
// Whatever a live state holds comes back out of its snapshot.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

constexpr u64 kSeeds = 100;

u64 since_start(u64 time_ns) { return time_ns - kStartNs; }

void check_sums(const Sums& read, u64 samples, f64 count, f64 bytes, f64 count_variance, f64 bytes_variance) {
  REQUIRE(read.samples == samples);
  if (samples == 0) {
    count = bytes = count_variance = bytes_variance = 0;
  }
  REQUIRE(read.count == count);
  REQUIRE(read.bytes == bytes);
  REQUIRE(read.count_variance == static_cast<f32>(count_variance));
  REQUIRE(read.bytes_variance == static_cast<f32>(bytes_variance));
}

void check_frees(LiveState& live, const Site& site, const SnapshotSite& read) {
  SiteFrees frees{};
  if (site.frees != 0) {
    frees = live.at<SiteFrees>(TableId::kSiteFrees, site.frees - 1);
  }
  check_sums(read.frees, frees.samples, frees.count, frees.bytes, frees.count_variance, frees.bytes_variance);
  REQUIRE(read.mismatches == frees.mismatches);
  REQUIRE(read.mismatch_kinds == frees.mismatch_kinds);
  std::vector<std::pair<u32, f64>> lifetimes;
  for (u32 bin = 0; bin < kLifetimeBins; ++bin) {
    if (frees.lifetime[bin] > 0) {
      lifetimes.emplace_back(bin, std::floor(frees.lifetime[bin] + 0.5));
    }
  }
  REQUIRE(read.lifetimes == lifetimes);
}

void check_kept_stack(LiveState& live, u32 number, const SnapshotStack& read) {
  const auto& kept = live.at<KeptStack>(TableId::kStacks, number);
  const bool begun = kept.key != 0;
  const u64* frames = &live.at<u64>(TableId::kFrames, kept.stack);
  REQUIRE(read.frames == std::vector<u64>(frames, frames + (begun ? kept.depth : 0)));
  REQUIRE(read.epoch == (begun ? kept.epoch : 0));
  REQUIRE(read.flags == (begun ? u64{kept.flags} : u64{kStackTruncated}));
}

}  // namespace

TEST_CASE("process, drops and receipt come back") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    const LiveHeader& header = state.live.header();
    const Snapshot read = encode_and_read(state.live);

    REQUIRE(read.header.reason == DumpReason::kPeriod);
    REQUIRE(read.header.sequence == 7);
    REQUIRE(read.header.taken_unix_ns == hour_later().taken_unix_ns);
    REQUIRE(read.process.pid == header.pid);
    REQUIRE(read.process.parent_pid == header.parent_pid);
    REQUIRE(read.process.start_unix_ns == header.start_unix_ns);
    REQUIRE(read.process.start_ticks == header.start_ticks);
    REQUIRE(read.process.taken_ns == 3600 * kSecondNs);
    REQUIRE(read.process.interval == header.interval);
    REQUIRE(read.process.requested_interval == header.requested_interval);
    REQUIRE(read.process.flags == kProcessForked);
    REQUIRE(read.process.page_bytes == header.page_bytes);
    REQUIRE(read.process.memory_total == header.memory_total);
    REQUIRE(read.process.address_space_limit == header.address_space_limit);
    REQUIRE(read.process.pid_namespace == header.pid_namespace);
    REQUIRE(read.process.boot_id == header.boot_id);
    REQUIRE(read.process.name == "server");
    REQUIRE(read.process.host == "host.example");
    REQUIRE(read.process.leakwatch_version == "0.1.0");
    REQUIRE(read.process.executable == "/usr/bin/server");
    REQUIRE(read.process.command == std::vector<std::string>{"server", "--port", "80", ""});
    REQUIRE(std::memcmp(&read.receipt, &header.receipt, sizeof(Receipt)) == 0);
    REQUIRE(read.reach.has_value() == (header.reach.where != ReachWhere::kNone));
    if (read.reach) {
      ReachScan scan = header.reach;
      scan.began_ns = since_start(scan.began_ns);
      REQUIRE(std::memcmp(&*read.reach, &scan, sizeof scan) == 0);
    }

    u64 next = 0;
    for (u32 i = 0; i < kDropReasons; ++i) {
      if (header.drops[i].count != 0) {
        REQUIRE(next < read.drops.size());
        REQUIRE(read.drops[next].reason == drop_reason_name(DropReason{i}));
        REQUIRE(read.drops[next].count == header.drops[i].count);
        REQUIRE(read.drops[next++].bytes == header.drops[i].bytes);
      }
    }
    REQUIRE(next == read.drops.size());
  }
}

TEST_CASE("sites keep their numbers, their sums and their stacks") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    const Snapshot read = encode_and_read(state.live);
    REQUIRE(read.sites.size() == state.live.span(TableId::kSites).used);
    REQUIRE(read.stacks.size() == read.sites.size() + state.live.span(TableId::kStacks).used);
    for (u64 i = 0; i < read.sites.size(); ++i) {
      const Site& in_table = state.live.at<Site>(TableId::kSites, i);
      const Site site = in_table.key != 0 ? in_table : Site{};
      const SnapshotSite& its = read.sites[i];
      REQUIRE(its.first_ns == (site.key != 0 ? since_start(site.first_ns) / 1000 * 1000 : 0));
      REQUIRE(its.last_ns == (site.key != 0 ? since_start(site.last_ns) / 1000 * 1000 : 0));
      check_sums(its.allocations, site.samples, site.count, site.bytes, site.count_variance, site.bytes_variance);
      check_frees(state.live, site, its);

      const SnapshotStack& stack = read.stacks[its.stack];
      const u64* frames = &state.live.at<u64>(TableId::kFrames, site.stack);
      REQUIRE(stack.frames == std::vector<u64>(frames, frames + site.depth));
      REQUIRE(stack.epoch == site.epoch);
      REQUIRE(stack.flags == (site.key != 0 ? u64{site.flags} : u64{kStackTruncated}));
    }
  }
}

TEST_CASE("who freed the blocks of which site comes back, with the stacks") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    const Snapshot read = encode_and_read(state.live);
    u64 next = 0;
    for (u64 i = 0; i < state.live.span(TableId::kReleases).used; ++i) {
      const auto& release = state.live.at<ReleaseRecord>(TableId::kReleases, i);
      if (release.site == 0) {
        continue;
      }
      REQUIRE(next < read.releases.size());
      const SnapshotRelease& its = read.releases[next++];
      REQUIRE(its.site == release.site - 1);
      REQUIRE(its.last_ns == since_start(release.last_ns) / 1000 * 1000);
      REQUIRE(its.samples == release.samples);
      REQUIRE(its.count == static_cast<f64>(static_cast<f32>(release.count)));
      REQUIRE(its.bytes == static_cast<f64>(static_cast<f32>(release.bytes)));
      check_kept_stack(state.live, release.stack, read.stacks[its.stack]);
    }
    REQUIRE(next == read.releases.size());
  }
}

TEST_CASE("the live set comes back, in whatever order") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    std::vector<LiveSample> expected;
    for (u64 i = 0; i < state.live.span(TableId::kLive).used; ++i) {
      if (const auto& sample = state.live.at<LiveSample>(TableId::kLive, i); sample.address != 0) {
        expected.push_back(sample);
      }
    }
    Snapshot read = encode_and_read(state.live);
    REQUIRE(read.live.size() == expected.size());
    std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
      return std::pair(a.address, a.size) < std::pair(b.address, b.size);
    });
    std::stable_sort(read.live.begin(), read.live.end(), [](const auto& a, const auto& b) {
      return std::pair(a.address, a.size) < std::pair(b.address, b.size);
    });
    for (u64 i = 0; i < expected.size(); ++i) {
      const SnapshotLive& its = read.live[i];
      REQUIRE(its.address == expected[i].address);
      REQUIRE(its.size == expected[i].size);
      REQUIRE(its.birth_us == since_start(expected[i].birth_ns) / 1000);
      REQUIRE(its.first_birth_us == since_start(expected[i].first_birth_ns) / 1000);
      REQUIRE(its.interval == expected[i].interval);
      REQUIRE(its.site == expected[i].site);
      REQUIRE(its.thread == expected[i].thread);
      REQUIRE(its.kind == expected[i].kind);
      REQUIRE(its.flags == expected[i].flags);
      REQUIRE(its.reallocs == expected[i].reallocs);
      REQUIRE(its.reach == expected[i].reach);
      REQUIRE(its.resident.has_value() == (expected[i].resident_kib != 0));
      REQUIRE(its.resident.value_or(0) == (expected[i].resident_kib - (its.resident ? 1 : 0)) * u64{1024});
    }
  }
}

TEST_CASE("threads and mappings come back") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    const Snapshot read = encode_and_read(state.live);
    REQUIRE(read.threads.size() == state.live.span(TableId::kThreads).used);
    for (u64 i = 0; i < read.threads.size(); ++i) {
      const auto& thread = state.live.at<ThreadRecord>(TableId::kThreads, i);
      REQUIRE(read.threads[i].tid == thread.tid);
      REQUIRE(read.threads[i].flags == thread.flags);
      REQUIRE(read.threads[i].start_ns == since_start(thread.start_ns));
      REQUIRE(read.threads[i].end_ns == (thread.end_ns != 0 ? since_start(thread.end_ns) : 0));
      REQUIRE(read.threads[i].allocations == thread.allocations);
      REQUIRE(read.threads[i].frees == thread.frees);
      REQUIRE(read.threads[i].allocated_bytes == thread.allocated_bytes);
      REQUIRE(read.threads[i].parent == thread.parent);
      REQUIRE(read.threads[i].stack_bytes == thread.stack_bytes);
      REQUIRE(read.threads[i].made_by.has_value() == (thread.made_by != 0));
      if (thread.made_by != 0) {
        check_kept_stack(state.live, thread.made_by - 1, read.stacks[*read.threads[i].made_by]);
      }
      REQUIRE(read.threads[i].name == std::string(thread.name, strnlen(thread.name, sizeof thread.name)));
    }
    REQUIRE(read.mappings.size() == state.live.span(TableId::kMappings).used);
    for (u64 i = 0; i < read.mappings.size(); ++i) {
      const auto& mapping = state.live.at<Mapping>(TableId::kMappings, i);
      REQUIRE(read.mappings[i].start == mapping.start);
      REQUIRE(read.mappings[i].end == mapping.end);
      REQUIRE(read.mappings[i].file_offset == mapping.file_offset);
      REQUIRE(read.mappings[i].loaded_epoch == mapping.loaded_epoch);
      REQUIRE(read.mappings[i].unloaded_epoch == mapping.unloaded_epoch);
      REQUIRE(read.mappings[i].build_id ==
              std::string(reinterpret_cast<const char*>(mapping.build_id), mapping.build_id_bytes));
      REQUIRE(read.mappings[i].path == "/lib/lib" + std::to_string(i) + ".so");
    }
  }
}

TEST_CASE("the memory log comes back in order of time") {
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    RandomState state(seed);
    std::vector<MemoryPoint> expected;
    for (u64 i = 0; i < state.live.span(TableId::kMemory).used; ++i) {
      if (auto point = state.live.at<MemoryPoint>(TableId::kMemory, i); point.time_ns != 0) {
        point.time_ns = since_start(point.time_ns);
        point.live_bytes = std::floor(point.live_bytes + 0.5);
        point.live_bytes_variance = std::floor(point.live_bytes_variance + 0.5);
        point.live_count = std::floor(point.live_count + 0.5);
        expected.push_back(point);
      }
    }
    std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
    const Snapshot read = encode_and_read(state.live);
    REQUIRE(read.memory.size() == expected.size());
    for (u64 i = 0; i < expected.size(); ++i) {
      REQUIRE(std::memcmp(&read.memory[i], &expected[i], sizeof(MemoryPoint)) == 0);
    }
  }
}

TEST_CASE("more sites than one window sorts keep their stacks") {
  LiveState live(kDefaultLiveBytes);
  const u64 count = 5000;
  for (u64 i = 0; i < count; ++i) {
    live.add_site({i * 7919 % count, 0x2000 + i % 13, 0x1000});
  }
  live.add_release(4999, live.add_kept_stack({0x9999, 0x1000}));
  const Snapshot read = encode_and_read(live);
  REQUIRE(read.sites.size() == count);
  for (u64 i = 0; i < count; ++i) {
    REQUIRE(read.stacks[read.sites[i].stack].frames == std::vector<u64>{i * 7919 % count, 0x2000 + i % 13, 0x1000});
  }
  CHECK(read.stacks[read.releases.at(0).stack].frames == std::vector<u64>{0x9999, 0x1000});
}

}  // namespace lw::test
