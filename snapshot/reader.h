// SPDX-License-Identifier: Apache-2.0
// Snapshot bytes → checked, typed records. Everything is validated once, here: afterwards every number that
// points into another table (site, thread, stack) is inside it, every text is as long as it says, and no count
// asked for more memory than the file's own length could fill.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/layout.h"
#include "snapshot/live_layout.h"
#include "snapshot/load_error.h"

namespace lw {

struct SnapshotProcess {
  u64 pid = 0, parent_pid = 0;
  u64 start_unix_ns = 0, start_ticks = 0;
  u64 taken_ns = 0;  // uptime at the dump
  u64 interval = 0, requested_interval = 0;
  u64 flags = 0;  // ProcessFlag
  u64 page_bytes = 0, memory_total = 0;
  u64 address_space_limit = 0;  // 0 = none
  u64 pid_namespace = 0;        // 0 = not known
  std::string name, host, leakwatch_version, executable, boot_id;
  std::vector<std::string> command;
};

struct SnapshotMapping {
  u64 start = 0, end = 0, file_offset = 0;
  u64 loaded_epoch = 0, unloaded_epoch = 0;
  std::string build_id;  // raw bytes
  std::string path;
};

struct SnapshotStack {
  u64 epoch = 0;
  u64 flags = 0;            // StackFlag
  std::vector<u64> frames;  // innermost first
};

struct Sums {
  u64 samples = 0;
  f64 count = 0, bytes = 0, count_variance = 0, bytes_variance = 0;
};

struct SnapshotSite {
  u64 stack = 0;
  u64 first_ns = 0, last_ns = 0;
  Sums allocations, frees;
  u64 mismatches = 0;
  u32 mismatch_kinds = 0;
  std::vector<std::pair<u32, f64>> lifetimes;  // (bin, weighted count), ascending
};

struct SnapshotLive {
  u64 address = 0, size = 0, birth_us = 0, first_birth_us = 0, interval = 0;
  u64 site = 0, thread = 0, reallocs = 0;
  AllocKind kind = AllocKind::kMalloc;
  u8 flags = 0;
  Reach reach = Reach::kUnknown;
  std::optional<u64> resident = {};  // bytes of it that are in memory, if measured
};

struct SnapshotThread {
  u64 tid = 0, flags = 0, start_ns = 0, end_ns = 0, allocations = 0, frees = 0, allocated_bytes = 0;
  u64 parent = 0;                   // number in threads; 0 = not known
  std::optional<u64> made_by = {};  // number in stacks
  u64 stack_bytes = 0;              // 0 = not known
  std::string name;
};

// Who gave blocks of a site back.
struct SnapshotRelease {
  u64 site = 0, stack = 0;
  u64 last_ns = 0;
  u64 samples = 0;
  f64 count = 0, bytes = 0;  // weighted
};

struct SnapshotDrop {
  std::string reason;
  u64 count = 0;
  f64 bytes = 0;
};

struct Snapshot {
  FileHeader header{};
  u64 stacks_checksum = 0;       // of the STACKS section; 0 if there is none
  bool stacks_left_out = false;  // asked for, see LeaveOut

  SnapshotProcess process;
  std::vector<SnapshotMapping> mappings;
  std::vector<SnapshotStack> stacks;
  std::vector<SnapshotSite> sites;
  std::vector<SnapshotLive> live;
  std::vector<SnapshotThread> threads;
  std::vector<MemoryPoint> memory;  // time_ns since start, ascending
  std::vector<SnapshotDrop> drops;
  Receipt receipt{};
  std::vector<SnapshotRelease> releases;
  std::optional<ReachScan> reach;  // began_ns since start
};

struct LoadedSnapshot {
  std::optional<Snapshot> snapshot;  // empty if not even PROCESS could be read
  std::vector<LoadError> errors;     // empty if the file is whole
};

// Asked before a sound section is read: true leaves it out. Much of a series of snapshots stands in each of them, and
// reading STACKS and LIVE is most of the work. What was left out has no records, and numbers that point into STACKS are
// then checked against the count that the section states. `so_far` has the header, the process and its mappings.
using LeaveOut = std::function<bool(const Snapshot& so_far, SectionType type, const SectionHeader& header)>;

// `name` is what error sentences call the bytes.
LoadedSnapshot read_snapshot(std::span<const u8> bytes, const std::string& name, const LeaveOut& leave_out = {});

// Reads the file at `path`, be it a snapshot or a live file (told apart by its magic). A live file is copied,
// encoded as `live_reason` and read back, so both take the same road. Never throws on bad input.
LoadedSnapshot load_snapshot_file(const std::string& path, DumpReason live_reason = DumpReason::kKilled,
                                  const LeaveOut& leave_out = {});

// The bytes of the snapshot at `path`, which are not looked at further; a live file is encoded as `live_reason`.
struct SnapshotBytes {
  std::vector<u8> bytes;
  std::vector<LoadError> errors;  // not empty: there are no bytes
};
SnapshotBytes snapshot_bytes(const std::string& path, DumpReason live_reason = DumpReason::kKilled);

}  // namespace lw
