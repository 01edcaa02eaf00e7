// SPDX-License-Identifier: Apache-2.0
// From a path to a snapshot: opens the file, sees what it is, and gives a live file the same road as a snapshot by
// encoding a private copy of it.
#include <time.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <sstream>

#include "snapshot/encode.h"
#include "snapshot/live_tables.h"
#include "snapshot/reader.h"
#include "snapshot/reader_copy.h"
#include "snapshot/reader_foreign.h"

namespace lw {
namespace {

u64 clock_ns(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

// Start of a process in the kernel's ticks, field 22 of /proc/PID/stat; 0 if it does not run.
u64 running_since_ticks(u32 pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) {
    return 0;
  }
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) {
    fields >> skipped;
  }
  u64 ticks = 0;
  fields >> ticks;
  return ticks;
}

// The last sign of life of a process that is gone.
u64 newest_time(const LiveView& live) {
  const LiveTables tables = look_at_tables(live);
  u64 newest = live.header().start_ns;
  const auto see = [&](u64 time_ns) { newest = std::max(newest, time_ns); };
  for (u64 i = 0; i < tables.memory.count; ++i) {
    see(tables.memory[i].time_ns);
  }
  for (u64 i = 0; i < tables.sites.count; ++i) {
    see(tables.sites[i].last_ns);
  }
  for (u64 i = 0; i < tables.site_frees.count; ++i) {
    see(tables.site_frees[i].last_ns);
  }
  for (u64 i = 0; i < tables.threads.count; ++i) {
    see(std::max(tables.threads[i].start_ns, tables.threads[i].end_ns));
  }
  return newest;
}

EncodeRequest request_for(const LiveView& live, DumpReason reason) {
  const LiveHeader& header = live.header();
  const bool runs = header.start_ticks != 0 && running_since_ticks(header.pid) == header.start_ticks;
  const u64 now_ns = runs ? clock_ns(CLOCK_MONOTONIC) : newest_time(live);
  const u64 taken_unix_ns = runs ? clock_ns(CLOCK_REALTIME) : header.start_unix_ns + (now_ns - header.start_ns);
  return {reason, now_ns, taken_unix_ns, header.next_sequence};
}

int append_to_vector(void* self, const void* bytes, u64 length) {
  const u8* first = static_cast<const u8*>(bytes);
  auto* to = static_cast<std::vector<u8>*>(self);
  to->insert(to->end(), first, first + length);
  return 0;
}

int patch_vector(void* self, u64 offset, const void* bytes, u64 length) {
  std::memcpy(static_cast<std::vector<u8>*>(self)->data() + offset, bytes, length);
  return 0;
}

SnapshotBytes encoded(std::span<const u8> bytes, const std::string& path, DumpReason reason) {
  if (const char* wrong = check_live(bytes.data(), bytes.size())) {
    return {{}, {{path, 0, wrong}}};
  }
  const LiveView live{bytes.data(), bytes.size()};
  std::vector<u8> scratch(kEncodeScratchBytes);
  SnapshotBytes snapshot;
  encode_snapshot(live, request_for(live, reason), scratch.data(), {&snapshot.bytes, append_to_vector, patch_vector});
  return snapshot;
}

LoadedSnapshot load_live(std::span<const u8> bytes, const std::string& path, DumpReason reason,
                         const LeaveOut& leave_out) {
  const SnapshotBytes snapshot = encoded(bytes, path, reason);
  if (!snapshot.errors.empty()) {
    return {std::nullopt, snapshot.errors};
  }
  return read_snapshot(snapshot.bytes, path, leave_out);
}

}  // namespace

LoadedSnapshot load_snapshot_file(const std::string& path, DumpReason live_reason, const LeaveOut& leave_out) {
  try {
    const FileCopy file(path);
    if (!file.error().empty()) {
      return {std::nullopt, {{path, kWholeFile, file.error()}}};
    }
    if (begins_with(file.bytes(), kLiveMagic)) {
      return load_live(file.bytes(), path, live_reason, leave_out);
    }
    return read_snapshot(file.bytes(), path, leave_out);
  } catch (const std::bad_alloc&) {
    return {std::nullopt, {{path, kWholeFile, "there is not enough memory to read it"}}};
  }
}

SnapshotBytes snapshot_bytes(const std::string& path, DumpReason live_reason) {
  const FileCopy file(path);
  if (!file.error().empty()) {
    return {{}, {{path, kWholeFile, file.error()}}};
  }
  if (begins_with(file.bytes(), kLiveMagic)) {
    return encoded(file.bytes(), path, live_reason);
  }
  if (!begins_with(file.bytes(), kSnapshotMagic)) {
    return {{}, {{path, 0, "it is not a snapshot"}}};
  }
  return {{file.bytes().begin(), file.bytes().end()}, {}};
}

}  // namespace lw
