// SPDX-License-Identifier: Apache-2.0
// The worked example in docs/snapshot-format.md is what the encoder writes, byte for byte.
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

#include "tests/unit/snapshot/live_state.h"

namespace lw::test {
namespace {

void describe_process(LiveHeader& header) {
  header.pid = 4242;
  header.parent_pid = 1;
  header.start_ticks = 8'675'309;
  header.interval = header.requested_interval = 65'536;
  header.page_bytes = 4096;
  header.memory_total = u64{8} << 30;
  header.pid_namespace = 4'026'531'836;
  std::strcpy(header.name, "server");
  std::strcpy(header.host, "web1");
  std::strcpy(header.version_text, "0.1.0");
  std::strcpy(header.executable, "/srv/server");
  std::strcpy(header.boot_id, "6d1f2c5e-0f3a-4d69-9c57-1f2e3d4c5b6a");
  const char command[] = "./server\0-p80";
  std::memcpy(header.command, command, sizeof command);
  header.command_bytes = sizeof command;
  header.argc = 2;
  header.drops[static_cast<u32>(DropReason::kMissedFree)] = {1, 64};
  header.reach = {ReachWhere::kFork, 0, kStartNs + 3'500'000'000, 2'000'000, 400'000, 150'000, 3};
  header.receipt = {4, 1, 9000, 6000, 1, 0, 0, 262'144, 5000, 80'000'000, 12, 5};
}

void add_sites(LiveState& live) {
  const auto second = [](u64 seconds) { return kStartNs + seconds * kSecondNs; };
  auto& leaking = live.add_site({0x40'1140, 0x40'1230, 0x40'1310});  // innermost first
  leaking.first_ns = second(1);
  leaking.last_ns = second(3);
  leaking.samples = 2;
  leaking.count = 128.5;
  leaking.bytes = 131'584;
  leaking.count_variance = 8192;
  leaking.bytes_variance = 8.5e9;

  auto& freeing = live.add_site({0x40'11a0, 0x40'1244, 0x40'1310});
  freeing.first_ns = freeing.last_ns = second(2);
  freeing.samples = 2;
  freeing.count = 2;
  freeing.bytes = 1'000'000;
  auto& frees = live.add_frees(freeing);
  frees.samples = 1;
  frees.count = 1;
  frees.bytes = 500'000;
  frees.mismatches = 1;
  frees.mismatch_kinds = 2 * 256 + 1;  // new[] freed by delete
  frees.lifetime[9] = 1;
}

void add_releases(LiveState& live) {
  auto& release = live.add_release(1, live.add_kept_stack({0x40'1188, 0x40'1244, 0x40'1310}));
  release.last_ns = kStartNs + 2'050'000'000;
  release.samples = 1;
  release.count = 1;
  release.bytes = 500'000;
  live.at<KeptStack>(TableId::kStacks, 0).epoch = live.at<KeptStack>(TableId::kStacks, 1).epoch = 1;
}

void add_live_set(LiveState& live) {
  auto& lost = live.add_live(0x50'2000, 1024, 0, 1);
  lost.birth_ns = kStartNs + 1 * kSecondNs;
  lost.reach = Reach::kLost;
  auto& grown = live.add_live(0x50'6000, 1024, 0, 1);
  grown.birth_ns = kStartNs + 3 * kSecondNs;
  grown.first_birth_ns = kStartNs + 2 * kSecondNs;
  grown.flags = kSampleRealloc;
  grown.reallocs = 1;
  auto& large = live.add_live(0x7f00'0010, 500'000, 1, 0);
  large.birth_ns = large.first_birth_ns = kStartNs + 2 * kSecondNs;
  large.kind = AllocKind::kNewArray;
  large.resident_kib = 8 + 1;
}

void add_memory_log(LiveState& live) {
  for (u64 i = 1; i <= 2; ++i) {
    auto& point = live.add<MemoryPoint>(TableId::kMemory);
    point.time_ns = kStartNs + i * 2 * kSecondNs;
    point.rss_bytes = i << 20;
    point.live_bytes = static_cast<f64>(i) * 65'792;
    point.live_bytes_variance = static_cast<f64>(i) * 4.25e9;
    point.live_count = static_cast<f64>(i) * 64.25;
    point.allocations = i * 100;
    point.frees = i * 30;
    point.allocated_bytes = i * 60'000;
    point.threads = 1;
    point.interval = 65'536;
    point.rss_file = i << 19;
    point.work = i * 10;
  }
}

std::vector<u8> example() {
  LiveState live;
  describe_process(live.header());
  auto& mapping = live.add_mapping(0x40'1000, 0x40'2000, "/srv/server");
  mapping.file_offset = 0x1000;
  mapping.loaded_epoch = 1;
  mapping.build_id_bytes = 4;
  std::memcpy(mapping.build_id, "\xde\xad\xbe\xef", 4);
  live.add_thread(0, "");  // stands for threads without a record
  auto& thread = live.add_thread(4242, "server");
  thread.allocations = 200;
  thread.frees = 60;
  thread.allocated_bytes = 120'000;
  thread.made_by = live.add_kept_stack({0x40'1020, 0x40'1310}) + 1;
  add_sites(live);
  add_releases(live);
  live.at<Site>(TableId::kSites, 0).epoch = live.at<Site>(TableId::kSites, 1).epoch = 1;
  add_live_set(live);
  add_memory_log(live);
  return encode(live.view(), {DumpReason::kSignal, kStartNs + 4 * kSecondNs, 1'700'000'004'000'000'000, 0});
}

// The bytes of lines like "0040  01 00 00 00   PROCESS".
std::vector<u8> bytes_in(const std::string& path) {
  std::vector<u8> bytes;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    unsigned offset;
    int at = 0;
    if (std::sscanf(line.c_str(), "%4x  %n", &offset, &at) != 1 || at != 6 || offset != bytes.size()) {
      continue;
    }
    for (unsigned byte; line.size() >= static_cast<size_t>(at) + 2 && std::isxdigit(line[static_cast<size_t>(at)]) &&
                        std::sscanf(&line[static_cast<size_t>(at)], "%2x", &byte) == 1;
         at += 3) {
      bytes.push_back(static_cast<u8>(byte));
    }
  }
  return bytes;
}

std::string hex(const std::vector<u8>& bytes) {
  std::string text;
  for (const u8 byte : bytes) {
    char two[4];
    std::snprintf(two, sizeof two, "%02x ", byte);
    text += two;
  }
  return text;
}

}  // namespace

TEST_CASE("the worked example in docs/snapshot-format.md is what the encoder writes") {
  CHECK(hex(bytes_in("docs/snapshot-format.md")) == hex(example()));
}

TEST_CASE("the worked example is a sound snapshot") {
  const LoadedSnapshot loaded = read_snapshot(example(), "example.lws");
  CHECK(sentences(loaded.errors).empty());
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->live.size() == 3);
  CHECK(loaded.snapshot->sites.size() == 2);
}

}  // namespace lw::test
