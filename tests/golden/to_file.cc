// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/to_file.h"

#include <cstdio>
#include <stdexcept>

#include "tests/unit/snapshot/live_state.h"

namespace lw::golden {
namespace {

using test::kStartNs;
using test::LiveState;

template <size_t Capacity>
void put(char (&field)[Capacity], const std::string& text) {
  text.copy(field, Capacity - 1);
}

void put_process(const Snapshot& shot, LiveState& live) {
  LiveHeader& header = live.header();
  const SnapshotProcess& process = shot.process;
  header.pid = static_cast<u32>(process.pid);
  header.parent_pid = 1;
  header.start_ticks = process.start_ticks;
  header.interval = process.interval;
  header.process_flags = static_cast<u32>(process.flags);
  header.next_sequence = shot.header.sequence;
  header.stage = LiveStage::kRunning;
  put(header.version_text, "golden");
  put(header.name, process.name);
  put(header.host, process.host);
  put(header.executable, process.executable);
  put(header.directory, "/nowhere");
  for (const std::string& word : process.command) {
    word.copy(header.command + header.command_bytes, word.size());
    header.command_bytes += static_cast<u32>(word.size()) + 1;
    ++header.argc;
  }
  header.page_bytes = process.page_bytes;
  header.memory_total = process.memory_total;
  header.address_space_limit = process.address_space_limit;
  header.pid_namespace = process.pid_namespace;
  put(header.boot_id, process.boot_id);
  header.receipt = shot.receipt;
  if (shot.reach) {
    header.reach = *shot.reach;
    header.reach.began_ns += kStartNs;
  }
  for (const SnapshotDrop& drop : shot.drops) {
    for (u32 reason = 0; reason < kDropReasons; ++reason) {
      if (drop.reason == drop_reason_name(DropReason{reason})) header.drops[reason] = {drop.count, drop.bytes};
    }
  }
}

void put_sums(const Sums& sums, auto& record) {
  record.samples = sums.samples;
  record.count = sums.count;
  record.bytes = sums.bytes;
  record.count_variance = sums.count_variance;
  record.bytes_variance = sums.bytes_variance;
}

void put_sites(const Snapshot& shot, LiveState& live) {
  for (const SnapshotSite& from : shot.sites) {
    Site& site = live.add_site(shot.stacks[from.stack].frames);
    site.first_ns = kStartNs + from.first_ns;
    site.last_ns = kStartNs + from.last_ns;
    put_sums(from.allocations, site);
    if (from.frees.samples == 0 && from.mismatches == 0) continue;
    SiteFrees& frees = live.add_frees(site);
    frees.site = static_cast<u32>(live.span(TableId::kSites).used);
    put_sums(from.frees, frees);
    frees.mismatches = from.mismatches;
    frees.mismatch_kinds = from.mismatch_kinds;
    for (const auto& [bin, count] : from.lifetimes) frees.lifetime[bin] = count;
  }
}

void put_tables(const Snapshot& shot, LiveState& live) {
  for (const SnapshotMapping& mapping : shot.mappings) {
    live.add_mapping(mapping.start, mapping.end, mapping.path).file_offset = mapping.file_offset;
  }
  for (const SnapshotThread& from : shot.threads) {
    ThreadRecord& thread = live.add_thread(static_cast<u32>(from.tid), from.name);
    thread.start_ns = kStartNs + from.start_ns;
    thread.end_ns = from.end_ns != 0 ? kStartNs + from.end_ns : 0;
    thread.flags = static_cast<u32>(from.flags);
    thread.allocations = from.allocations;
    thread.frees = from.frees;
    thread.allocated_bytes = from.allocated_bytes;
    thread.parent = static_cast<u32>(from.parent);
    if (from.made_by) thread.made_by = live.add_kept_stack(shot.stacks[*from.made_by].frames) + 1;
    thread.stack_bytes = from.stack_bytes;
  }
  put_sites(shot, live);
  for (const SnapshotRelease& from : shot.releases) {
    ReleaseRecord& release =
        live.add_release(static_cast<u32>(from.site), live.add_kept_stack(shot.stacks[from.stack].frames));
    release.last_ns = kStartNs + from.last_ns;
    release.samples = from.samples;
    release.count = from.count;
    release.bytes = from.bytes;
  }
  for (const SnapshotLive& block : shot.live) {
    LiveSample& sample = live.add_live(block.address, block.size, static_cast<u32>(block.site));
    sample.birth_ns = sample.first_birth_ns = kStartNs + block.birth_us * 1000;
    sample.interval = block.interval;
    sample.kind = block.kind;
    sample.reach = block.reach;
    if (block.resident) sample.resident_kib = static_cast<u32>(*block.resident / 1024) + 1;
  }
  for (const MemoryPoint& point : shot.memory) {
    MemoryPoint& record = live.add<MemoryPoint>(TableId::kMemory);
    record = point;
    record.time_ns += kStartNs;
  }
}

void write_bytes(const std::string& path, const void* bytes, size_t count) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(bytes, 1, count, file) == count;
  if (file == nullptr || std::fclose(file) != 0 || !written) throw std::runtime_error("cannot write " + path);
}

}  // namespace

void write_snapshot(const Snapshot& shot, const std::string& path) {
  LiveState live(kDefaultLiveBytes);
  put_process(shot, live);
  put_tables(shot, live);
  test::MemorySink sink;
  const EncodeRequest request{shot.header.reason, kStartNs + shot.process.taken_ns,
                              live.header().start_unix_ns + shot.process.taken_ns, shot.header.sequence};
  if (test::encode_into(live.view(), sink, request) != 0) throw std::runtime_error("cannot encode " + path);
  write_bytes(path, sink.bytes().data(), sink.bytes().size());
}

void write_live_file(const Snapshot& shot, const std::string& path) {
  LiveState live(kMinLiveBytes);
  put_process(shot, live);
  put_tables(shot, live);
  write_bytes(path, live.bytes(), kMinLiveBytes);
}

}  // namespace lw::golden
