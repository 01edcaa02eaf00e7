// SPDX-License-Identifier: Apache-2.0
// Live states with a little of everything, and with the gaps that real ones have: sites not yet there, samples
// freed again, threads not in use, an object unloaded.
#pragma once

#include <random>

#include "tests/unit/snapshot/live_state.h"

namespace lw::test {

class RandomState {
 public:
  explicit RandomState(u64 seed, u64 records = 60) : random_(seed) {
    fill_header();
    repeat(below(records / 4), [&](u64) { add_kept_stack(); });
    repeat(below(records / 4) + 1, [&](u64 i) { add_thread(i); });
    repeat(below(records / 4), [&](u64 i) { add_mapping(i); });
    repeat(below(records) + 1, [&](u64) { add_site(); });
    repeat(below(records * 4), [&](u64) { add_sample(); });
    repeat(live.span(TableId::kStacks).used, [&](u64 i) { add_release(static_cast<u32>(i)); });
    repeat(below(records), [&](u64 i) { add_point(i); });
  }

  LiveState live;

 private:
  u64 below(u64 limit) { return limit == 0 ? 0 : random_() % limit; }
  bool one_in(u64 n) { return below(n) == 0; }
  u64 any_size() { return random_() >> (random_() % 64); }  // all magnitudes are alike
  f64 amount() { return static_cast<f64>(any_size() >> 12) / 3; }
  u64 some_time() { return kStartNs + below(3599 * kSecondNs); }  // before hour_later()

  template <class Each>
  void repeat(u64 times, Each each) {
    for (u64 i = 0; i < times; ++i) {
      each(i);
    }
  }

  void fill_header() {
    LiveHeader& header = live.header();
    header.pid = static_cast<u32>(below(100'000));
    header.parent_pid = static_cast<u32>(below(100'000));
    header.start_ticks = any_size();
    header.requested_interval = any_size();
    header.process_flags = kProcessForked;
    header.next_sequence = below(100);
    header.page_bytes = 4096;
    header.memory_total = any_size();
    header.address_space_limit = one_in(2) ? any_size() : 0;
    header.pid_namespace = any_size();
    if (one_in(2)) {
      header.reach = {ReachWhere::kFork, static_cast<u32>(below(u32{kReachFlags} + 1)),
                      some_time(),       any_size(),
                      any_size(),        any_size(),
                      any_size()};
    }
    std::strcpy(header.name, "server");
    std::strcpy(header.host, "host.example");
    std::strcpy(header.version_text, "0.1.0");
    std::strcpy(header.executable, "/usr/bin/server");
    std::strcpy(header.boot_id, "6d1f2c5e-0f3a-4d69-9c57-1f2e3d4c5b6a");
    const char command[] =
        "server\0--port\0"
        "80\0";  // the literal's own NUL ends an empty fourth argument
    std::memcpy(header.command, command, sizeof command);
    header.command_bytes = sizeof command;
    header.argc = 4;
    repeat(kDropReasons, [&](u64 i) { header.drops[i] = {one_in(2) ? any_size() : 0, amount()}; });
    u64* receipt = &header.receipt.samples;
    repeat(sizeof(Receipt) / sizeof(u64), [&](u64 i) { receipt[i] = any_size(); });
  }

  void add_thread(u64 i) {
    auto& thread = live.add_thread(one_in(5) ? 0 : static_cast<u32>(1000 + i), "sixteen_letters!");
    thread.start_ns = some_time();
    if (one_in(2)) {
      thread.flags = kThreadEnded;
      thread.end_ns = thread.start_ns + below(kSecondNs) + 1;
    }
    thread.allocations = any_size();
    thread.frees = any_size();
    thread.allocated_bytes = any_size();
    thread.name[below(17) % 16] = 0;
    thread.parent = static_cast<u32>(below(i + 1));
    thread.made_by = static_cast<u32>(below(live.span(TableId::kStacks).used + 1));
    thread.stack_bytes = one_in(2) ? any_size() : 0;
  }

  std::vector<u64> some_frames() {
    std::vector<u64> frames(below(12));
    for (u64& frame : frames) {
      frame = one_in(3) ? any_size() : 0x5500'0000'0000 + below(4);
    }
    return frames;
  }

  void add_kept_stack() {
    auto& kept = live.at<KeptStack>(TableId::kStacks, live.add_kept_stack(some_frames()));
    kept.flags = static_cast<u16>(below(2));
    kept.epoch = static_cast<u32>(below(9));
    if (one_in(9)) {
      kept.key = 0;
    }
  }

  void add_release(u32 kept_stack) {
    auto& release = live.add_release(static_cast<u32>(below(live.span(TableId::kSites).used)), kept_stack);
    release.last_ns = some_time();
    release.samples = any_size();
    release.count = amount();
    release.bytes = amount();
    if (one_in(9)) {
      release.site = 0;
    }
  }

  void add_mapping(u64 i) {
    auto& mapping = live.add_mapping(0x7f00'0000'0000 + (i << 30), 0x7f00'0000'1000 + (i << 30) + below(1 << 29),
                                     "/lib/lib" + std::to_string(i) + ".so");
    mapping.file_offset = below(1 << 20) << 12;
    mapping.loaded_epoch = static_cast<u32>(below(9));
    mapping.unloaded_epoch = one_in(3) ? mapping.loaded_epoch + 1 : 0;
    mapping.build_id_bytes = one_in(4) ? 0 : 20;
    for (u8& byte : mapping.build_id) {
      byte = static_cast<u8>(random_());
    }
  }

  void add_site() {
    auto& site = live.add_site(some_frames());
    site.flags = static_cast<u16>(below(4));  // StackFlag
    site.epoch = static_cast<u32>(below(9));
    site.first_ns = some_time();
    site.last_ns = site.first_ns + below(kSecondNs);
    site.samples = one_in(9) ? 0 : 1 + any_size() / 2;
    site.count = amount();
    site.bytes = amount();
    site.count_variance = amount();
    site.bytes_variance = amount();
    if (one_in(7)) {
      site.key = 0;
    }
    if (one_in(2)) {
      add_frees(live.add_frees(site));
    }
  }

  void add_frees(SiteFrees& frees) {
    frees.samples = 1 + below(1000);
    frees.count = amount();
    frees.bytes = amount();
    frees.count_variance = amount();
    frees.bytes_variance = amount();
    frees.mismatches = below(3);
    frees.mismatch_kinds = static_cast<u32>(below(5) * 256 + below(5));
    for (f64& bin : frees.lifetime) {
      bin = one_in(3) ? 1 + amount() : 0;
    }
  }

  void add_sample() {
    const u64 address = one_in(9) ? 0 : one_in(2) ? any_size() | 1 : (below(1 << 20) + 1) << 12;
    auto& sample = live.add_live(address, any_size(), static_cast<u32>(below(live.span(TableId::kSites).used)),
                                 static_cast<u32>(below(live.span(TableId::kThreads).used)));
    sample.birth_ns = sample.first_birth_ns = some_time();
    sample.interval = one_in(3) ? 1 + any_size() / 2 : 1 << 16;
    sample.kind = static_cast<AllocKind>(below(5));
    sample.reach = static_cast<Reach>(one_in(2) ? below(4) : 0);
    sample.resident_kib = one_in(4) ? static_cast<u32>(any_size()) : 0;
    if (one_in(4)) {
      sample.flags = kSampleRealloc;
      sample.reallocs = static_cast<u16>(random_());
      sample.first_birth_ns = sample.birth_ns - below(sample.birth_ns - kStartNs + 1);
    } else if (one_in(8)) {
      sample.flags = kSampleInherited;
    }
  }

  void add_point(u64 i) {
    auto& point = live.add<MemoryPoint>(TableId::kMemory);
    u64* fields = &point.time_ns;
    repeat(sizeof point / sizeof(u64), [&](u64 f) { fields[f] = any_size(); });
    point.time_ns = one_in(9) ? 0 : kStartNs + (i * 31 % 60) * kSecondNs + below(kSecondNs);  // in no order
    point.live_bytes = amount();
    point.live_bytes_variance = amount();
    point.live_count = amount();
  }

  std::mt19937_64 random_;
};

}  // namespace lw::test
