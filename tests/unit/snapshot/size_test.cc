// SPDX-License-Identifier: Apache-2.0
// How large a snapshot of a busy server is.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "tests/unit/snapshot/live_state.h"

namespace lw::test {
namespace {

constexpr u32 kDepth = 20;
constexpr u64 kModuleBytes = 4 << 20;
constexpr u64 kHeapBytes = 1 << 30;
constexpr u64 kExecutable = 0x55d0'1c40'0000;
constexpr u64 kLibraries = 0x7f3a'9c00'0000;

class BusyServer {
 public:
  BusyServer(u32 memory_points, u64 alignment) : live(kDefaultLiveBytes) {
    add_process();
    add_sites();
    add_releases();
    add_samples(10'000, alignment);
    add_memory_log(memory_points);
  }

  LiveState live;

 private:
  u64 below(u64 limit) { return std::uniform_int_distribution<u64>(0, limit - 1)(random_); }
  f64 size_of_block() { return std::floor(std::exp(std::uniform_real_distribution<f64>(3, 10)(random_))); }

  void add_process() {
    for (u32 i = 0; i < 16; ++i) {
      live.add_thread(4000 + i, "worker " + std::to_string(i));
    }
    live.add_mapping(kExecutable, kExecutable + (4 << 20), "/usr/local/sbin/server");
    for (u32 i = 0; i < 40; ++i) {
      auto& mapping = live.add_mapping(kLibraries + (i << 22), kLibraries + ((i + 1) << 22),
                                       "/usr/lib/x86_64-linux-gnu/libsomething" + std::to_string(i) + ".so.1.2.3");
      mapping.build_id_bytes = 20;
      for (u8& byte : mapping.build_id) {
        byte = static_cast<u8>(below(256));
      }
    }
  }

  // A thousand stacks: half of the functions on the way call the next from one place only, the others from up to five.
  // One call in five goes to another library. The order in which stacks are first seen says nothing of their likeness.
  void add_sites() {
    std::vector<u64> path;
    std::vector<std::vector<u64>> stacks;
    grow(path, 1000, stacks);
    std::shuffle(stacks.begin(), stacks.end(), random_);
    for (auto& stack : stacks) {
      std::reverse(stack.begin(), stack.end());
      fill(live.add_site(stack));
    }
  }

  // As many as find room: sites that free from a place of their own, two thirds of the way up its own stack; and
  // sixteen threads were made.
  void add_releases() {
    for (u32 i = 0; i < 1000; ++i) {
      const Site& site = live.at<Site>(TableId::kSites, i);
      if (site.frees == 0 || live.span(TableId::kReleases).used == live.span(TableId::kReleases).capacity) continue;
      const u64* frames = &live.at<u64>(TableId::kFrames, site.stack);
      std::vector<u64> stack(frames + kDepth / 3, frames + kDepth);
      stack.insert(stack.begin(), call_from(stack.front()));
      auto& release = live.add_release(i, live.add_kept_stack(stack));
      release.last_ns = site.last_ns;
      release.samples = 1 + below(1000);
      release.count = static_cast<f64>(release.samples) * 1000 / 3.0;
      release.bytes = release.count * 77.7;
    }
    const u32 maker = live.add_kept_stack({kLibraries + 1000, kExecutable + 500});
    for (u32 i = 1; i < 16; ++i) {
      auto& thread = live.at<ThreadRecord>(TableId::kThreads, i);
      thread.made_by = maker + 1;
      thread.stack_bytes = 8 << 20;
    }
  }

  void grow(std::vector<u64>& path, u64 leaves, std::vector<std::vector<u64>>& stacks) {
    if (path.size() == kDepth) {
      stacks.push_back(path);
      return;
    }
    const bool last = path.size() + 1 == kDepth;
    const u64 children = last ? leaves : (below(2) == 0 ? 1 : std::min(leaves, 1 + below(5)));
    for (u64 c = 0; c < children; ++c) {
      path.push_back(call_from(path.empty() ? kExecutable : path.back()));
      grow(path, leaves / children + (c < leaves % children), stacks);
      path.pop_back();
    }
  }

  u64 call_from(u64 caller) {
    if (below(5) > 0) {
      return (caller & ~u64{kModuleBytes - 1}) + below(kModuleBytes);
    }
    return below(2) == 0 ? kExecutable + below(kModuleBytes) : kLibraries + below(40 * kModuleBytes);
  }

  void fill(Site& site) {
    site.first_ns = kStartNs + below(600 * kSecondNs);
    site.last_ns = kStartNs + 3600 * kSecondNs - below(600 * kSecondNs);
    site.samples = 10 + below(1000);
    site.count = static_cast<f64>(site.samples) * 1000 / 3.0;
    site.bytes = site.count * 77.7;
    site.count_variance = site.count * 100;
    site.bytes_variance = site.bytes * 65536;
    if (below(3) == 0) {
      return;  // two thirds of the sites free
    }
    auto& frees = live.add_frees(site);
    frees.samples = site.samples - below(10);
    frees.count = site.count * 0.97;
    frees.bytes = site.bytes * 0.97;
    frees.count_variance = site.count_variance * 0.97;
    frees.bytes_variance = site.bytes_variance * 0.97;
    frees.last_ns = site.last_ns;
    const u64 first_bin = below(10);
    for (u64 bin = first_bin; bin < first_bin + 6; ++bin) {
      frees.lifetime[bin] = frees.count / 6;
    }
  }

  void add_samples(u32 count, u64 alignment) {
    for (u32 i = 0; i < count; ++i) {
      auto& sample =
          live.add_live(0x55d0'2000'0000 + below(kHeapBytes) / alignment * alignment, static_cast<u64>(size_of_block()),
                        static_cast<u32>(below(1000)), static_cast<u32>(below(16)));
      sample.birth_ns = sample.first_birth_ns = kStartNs + below(3600 * kSecondNs);
      sample.kind = AllocKind::kNew;
      if (sample.size >= 64 << 10) sample.resident_kib = static_cast<u32>(sample.size / 1024) + 1;
    }
  }

  void add_memory_log(u32 points) {
    MemoryPoint now{};
    for (u32 i = 0; i < points; ++i) {
      now.time_ns = kStartNs + i * 3 * kSecondNs + below(kSecondNs);
      now.rss_bytes += below(64) << 12;
      now.live_bytes += static_cast<f64>(below(200'000));
      now.live_bytes_variance = now.live_bytes * 65536;
      now.live_count = now.live_bytes / 100;
      now.allocations += below(1'000'000);
      now.frees += below(1'000'000);
      now.allocated_bytes += below(100'000'000);
      now.allocator_in_use += below(200'000);
      now.allocator_resident += below(64) << 12;
      now.allocator_free = below(1'000'000);
      now.page_faults += below(1000);
      now.cgroup_bytes += below(64) << 12;
      now.cgroup_limit = u64{1} << 32;
      now.threads = 16;
      now.interval = 1 << 16;
      now.rss_file = 8 << 20;
      now.rss_peak = now.rss_bytes;
      now.virtual_bytes += below(16) == 0 ? below(64) << 12 : 0;
      now.data_bytes = now.virtual_bytes / 2;
      now.stack_bytes = (64 + below(4)) << 12;
      now.code_bytes = 30 << 20;
      now.mapped_bytes = (1 << 30) + (below(8) == 0 ? below(64) << 12 : 0);
      now.allocator_releasable = now.allocator_free / 2;
      now.work += below(100'000);
      live.add<MemoryPoint>(TableId::kMemory) = now;
    }
  }

  std::mt19937_64 random_{20};
};

}  // namespace

TEST_CASE("a snapshot of 1,000 sites, 10,000 live samples and a full memory log has at most 300,000 bytes") {
  BusyServer server(768, 4096);
  const Snapshot read = encode_and_read(server.live);
  REQUIRE(read.sites.size() >= 1000);
  REQUIRE(read.live.size() == 10'000);
  REQUIRE(read.memory.size() == 768);
  CHECK(encode(server.live.view()).size() <= 300'000);
}

TEST_CASE("so has one of five minutes in which every block was sampled wherever it lay") {
  BusyServer server(300, 16);
  REQUIRE(encode_and_read(server.live).live.size() == 10'000);
  CHECK(encode(server.live.view()).size() <= 300'000);
}

}  // namespace lw::test
