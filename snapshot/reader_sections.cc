// SPDX-License-Identifier: Apache-2.0
// One function per section of a snapshot; each checks what can be checked without looking at other sections.
#include "snapshot/reader_sections.h"

#include <algorithm>
#include <bit>

namespace lw {
namespace {

// Appends records to `list` for as long as they can be read. `min_bytes` is the length of the shortest possible one:
// a section cannot ask for more memory than that many records could need.
template <class Record, class ReadOne>
u64 read_list(Cursor& cursor, u64 records, u64 min_bytes, std::vector<Record>& list, ReadOne read_one) {
  list.reserve(std::min(records, cursor.left() / min_bytes));
  for (u64 i = 0; i < records; ++i) {
    Record record = read_one();
    if (!cursor.ok()) {
      return i;
    }
    list.push_back(std::move(record));
  }
  return records;
}

u64 read_process(Cursor& cursor, u64, Snapshot& snapshot) {
  SnapshotProcess process;
  process.pid = cursor.varint();
  process.parent_pid = cursor.varint();
  process.start_unix_ns = cursor.varint();
  process.start_ticks = cursor.varint();
  process.taken_ns = cursor.varint();
  process.interval = cursor.varint();
  process.requested_interval = cursor.varint();
  process.flags = cursor.varint();
  process.page_bytes = cursor.varint();
  process.memory_total = cursor.varint();
  process.address_space_limit = cursor.varint();
  process.pid_namespace = cursor.varint();
  process.name = cursor.text();
  process.host = cursor.text();
  process.leakwatch_version = cursor.text();
  process.executable = cursor.text();
  process.boot_id = cursor.text();
  const u64 argc = cursor.varint();
  read_list(cursor, argc, 1, process.command, [&] { return cursor.text(); });
  if (!cursor.ok()) {
    return 0;
  }
  snapshot.process = std::move(process);
  return 1;
}

u64 read_mappings(Cursor& cursor, u64 records, Snapshot& snapshot) {
  return read_list(cursor, records, 7, snapshot.mappings, [&] {
    SnapshotMapping mapping;
    mapping.start = cursor.varint();
    mapping.end = cursor.sum_with(mapping.start);
    mapping.file_offset = cursor.varint();
    mapping.loaded_epoch = cursor.varint();
    mapping.unloaded_epoch = cursor.varint();
    mapping.build_id = cursor.text();
    mapping.path = cursor.text();
    return mapping;
  });
}

// A shared frame costs nothing in the file and eight bytes in memory, so a small file could ask for any amount.
// This is more than twenty thousand sites of the greatest usual depth, and eight frames a byte beyond.
constexpr u64 kFramesInAnySnapshot = u64{1} << 24;
constexpr u64 kFramesPerByte = 8;

u64 read_stacks(Cursor& cursor, u64 records, Snapshot& snapshot) {
  std::vector<u64> frames;  // outermost first
  u64 frames_left = kFramesInAnySnapshot + kFramesPerByte * cursor.left();
  return read_list(cursor, records, 4, snapshot.stacks, [&] {
    SnapshotStack stack;
    stack.epoch = cursor.varint();
    stack.flags = cursor.varint();
    const u64 shared = cursor.varint();
    if (shared > frames.size()) {
      cursor.fail("a stack shares more frames than the one before it has");
    }
    const u64 fresh = cursor.varint();
    if (fresh > kMaxStackDepth || shared + fresh > kMaxStackDepth) {
      cursor.fail("a stack is deeper than 1024 frames");
    }
    if (shared + fresh > frames_left) {
      cursor.fail("the stacks have more frames than a file of this length can hold");
    }
    if (!cursor.ok()) {
      return stack;
    }
    frames_left -= shared + fresh;
    frames.resize(shared);
    for (u64 i = 0; i < fresh && cursor.ok(); ++i) {
      frames.push_back(cursor.difference_to(frames.empty() ? 0 : frames.back()));
    }
    stack.frames.assign(frames.rbegin(), frames.rend());
    return stack;
  });
}

// So many microseconds after `since_ns`, in nanoseconds.
u64 microseconds(Cursor& cursor, u64 since_ns) {
  const u64 us = cursor.varint();
  if (us > (~u64{0} - since_ns) / 1000) {
    cursor.fail("a time does not fit into 64 bits");
    return since_ns;
  }
  return since_ns + us * 1000;
}

Sums read_sums(Cursor& cursor) {
  Sums sums;
  sums.samples = cursor.varint();
  if (sums.samples == 0) {
    return sums;
  }
  sums.count = cursor.real64();
  sums.bytes = cursor.real64();
  sums.count_variance = cursor.real32();
  sums.bytes_variance = cursor.real32();
  return sums;
}

void read_lifetimes(Cursor& cursor, SnapshotSite& site) {
  const u64 bins = cursor.varint();
  for (u64 i = 0; i < bins && cursor.ok(); ++i) {
    const u64 bin = cursor.varint();
    if (bin >= kLifetimeBins || (!site.lifetimes.empty() && bin <= site.lifetimes.back().first)) {
      cursor.fail("the bins of a lifetime histogram do not ascend from 0 to 31");
    }
    site.lifetimes.emplace_back(static_cast<u32>(bin), static_cast<f64>(cursor.varint()));
  }
}

u64 read_sites(Cursor& cursor, u64 records, Snapshot& snapshot) {
  return read_list(cursor, records, 8, snapshot.sites, [&] {
    SnapshotSite site;
    site.stack = cursor.varint();
    site.first_ns = microseconds(cursor, 0);
    site.last_ns = microseconds(cursor, site.first_ns);
    site.allocations = read_sums(cursor);
    site.frees = read_sums(cursor);
    site.mismatches = cursor.varint();
    const u64 kinds = cursor.varint();
    if (kinds > 0xffff) {
      cursor.fail("a kind of mismatch is above 65535");
    }
    site.mismatch_kinds = static_cast<u32>(kinds);
    read_lifetimes(cursor, site);
    return site;
  });
}

constexpr u64 kAllLiveMarks = 127;  // SampleFlag, LiveMark and Reach

u64 read_live(Cursor& cursor, u64 records, Snapshot& snapshot) {
  SnapshotLive before;
  return read_list(cursor, records, 6, snapshot.live, [&] {
    SnapshotLive sample;
    const u64 code = cursor.varint();
    const u64 marks = code / 8;
    if (code % 8 > static_cast<u64>(AllocKind::kMmap) || marks > kAllLiveMarks) {
      cursor.fail("a live sample is of a kind unknown to this version");
    }
    sample.kind = static_cast<AllocKind>(code % 8);
    sample.flags = static_cast<u8>(marks & (kSampleInherited | kSampleRealloc));
    sample.reach = static_cast<Reach>(marks >> kLiveReachShift);
    const u64 distance = cursor.difference_to(0);
    sample.address = before.address + ((marks & kLiveWholePages) != 0 ? distance << kLivePageLog2 : distance);
    sample.size = cursor.varint();
    sample.birth_us = cursor.difference_to(before.birth_us);
    sample.site = cursor.varint();
    sample.thread = cursor.varint();
    sample.interval = (marks & kLiveInterval) != 0 ? cursor.difference_to(before.interval) : before.interval;
    if (sample.interval == 0) {
      cursor.fail("a live sample has interval 0");
    }
    u64 older_us = 0;
    if ((sample.flags & kSampleRealloc) != 0) {
      sample.reallocs = cursor.varint();
      older_us = cursor.varint();
    }
    if (older_us > sample.birth_us) {
      cursor.fail("a live sample was first born before the process");
    }
    sample.first_birth_us = sample.birth_us - older_us;
    if ((marks & kLiveResident) != 0) {
      sample.resident = cursor.varint();
    }
    before = sample;
    return sample;
  });
}

u64 read_threads(Cursor& cursor, u64 records, Snapshot& snapshot) {
  return read_list(cursor, records, 11, snapshot.threads, [&] {
    SnapshotThread thread;
    thread.tid = cursor.varint();
    thread.flags = cursor.varint();
    thread.start_ns = cursor.varint();
    thread.end_ns = cursor.varint();
    thread.allocations = cursor.varint();
    thread.frees = cursor.varint();
    thread.allocated_bytes = cursor.varint();
    thread.parent = cursor.varint();
    if (const u64 made_by = cursor.varint(); made_by != 0) {
      thread.made_by = made_by - 1;
    }
    thread.stack_bytes = cursor.varint();
    thread.name = cursor.text();
    return thread;
  });
}

// Later files may have more fields a point than are known here.
u64 read_memory(Cursor& cursor, u64 records, Snapshot& snapshot) {
  const u64 fields = cursor.varint();
  if (fields < kMemoryFields) {
    cursor.fail("its points have fewer fields than this version has");
  }
  u64 known[kMemoryFields] = {};
  return read_list(cursor, records, std::max(fields, u64{1}), snapshot.memory, [&] {
    for (u64 f = 0; f < fields && cursor.ok(); ++f) {
      if (f < kMemoryFields) {
        known[f] = cursor.difference_to(known[f]);
      } else {
        cursor.varint();
      }
    }
    u64 words[kMemoryFields];
    for (u32 f = 0; f < kMemoryFields; ++f) {
      words[f] = memory_field_is_real(f) ? std::bit_cast<u64>(static_cast<f64>(known[f])) : known[f];
    }
    const auto point = std::bit_cast<MemoryPoint>(words);
    if (!snapshot.memory.empty() && point.time_ns <= snapshot.memory.back().time_ns) {
      cursor.fail("the points of the memory log do not ascend in time");
    }
    return point;
  });
}

u64 read_drops(Cursor& cursor, u64 records, Snapshot& snapshot) {
  return read_list(cursor, records, 10, snapshot.drops, [&] {
    SnapshotDrop drop;
    drop.reason = cursor.text();
    drop.count = cursor.varint();
    drop.bytes = cursor.real64();
    return drop;
  });
}

u64 read_receipt(Cursor& cursor, u64, Snapshot& snapshot) {
  Receipt receipt{};
  for (u64* field : {&receipt.samples, &receipt.sampled_frees, &receipt.slow_ns, &receipt.unwind_ns, &receipt.dumps,
                     &receipt.dump_ns, &receipt.longest_dump_ns, &receipt.own_bytes, &receipt.budget_ppm,
                     &receipt.cpu_ns, &receipt.false_hits, &receipt.cold_frames}) {
    *field = cursor.varint();
  }
  if (!cursor.ok()) {
    return 0;
  }
  snapshot.receipt = receipt;
  return 1;
}

u64 read_releases(Cursor& cursor, u64 records, Snapshot& snapshot) {
  return read_list(cursor, records, 12, snapshot.releases, [&] {
    SnapshotRelease release;
    release.site = cursor.varint();
    release.stack = cursor.varint();
    release.last_ns = microseconds(cursor, 0);
    release.samples = cursor.varint();
    release.count = cursor.real32();
    release.bytes = cursor.real32();
    return release;
  });
}

u64 read_reach(Cursor& cursor, u64 records, Snapshot& snapshot) {
  if (records > 1) {
    cursor.fail("there is more than one record");
  }
  if (records == 0 || !cursor.ok()) {
    return 0;
  }
  ReachScan scan{};
  const u64 where = cursor.varint();
  scan.where = where <= static_cast<u64>(kLastReachWhere) ? static_cast<ReachWhere>(where) : ReachWhere::kNone;
  const u64 flags = cursor.varint();
  scan.flags = static_cast<u32>(flags & kReachFlags);
  if (flags != scan.flags) {
    cursor.fail("its flags are unknown to this version");
  }
  for (u64* field : {&scan.began_ns, &scan.duration_ns, &scan.pause_ns, &scan.words, &scan.blocks}) {
    *field = cursor.varint();
  }
  if (!cursor.ok()) {
    return 0;
  }
  snapshot.reach = scan;
  return 1;
}

constexpr SectionKind kSectionKinds[] = {
    {SectionType::kProcess, "PROCESS", true, read_process},  {SectionType::kMappings, "MAPPINGS", false, read_mappings},
    {SectionType::kStacks, "STACKS", false, read_stacks},    {SectionType::kSites, "SITES", false, read_sites},
    {SectionType::kThreads, "THREADS", false, read_threads}, {SectionType::kLive, "LIVE", false, read_live},
    {SectionType::kMemory, "MEMORY", false, read_memory},    {SectionType::kDrops, "DROPS", false, read_drops},
    {SectionType::kReceipt, "RECEIPT", true, read_receipt},  {SectionType::kReleases, "RELEASES", false, read_releases},
    {SectionType::kReach, "REACH", false, read_reach},
};

}  // namespace

std::span<const SectionKind> section_kinds() { return kSectionKinds; }

}  // namespace lw
