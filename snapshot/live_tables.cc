// SPDX-License-Identifier: Apache-2.0
// Division of a live file into tables, and the checks without which none of them is touched.
// Freestanding: runs in the watched process, in signal handlers too.
#include "snapshot/live_tables.h"

#include "snapshot/atomic.h"

namespace lw {
namespace {

constexpr u64 kPageBytes = 4096;

constexpr u32 kRecordBytes[] = {sizeof(ThreadRecord),  sizeof(MemoryPoint), sizeof(Mapping),   1,
                                sizeof(LiveSample),    sizeof(Site),        sizeof(SiteFrees), sizeof(KeptStack),
                                sizeof(ReleaseRecord), sizeof(u64)};
static_assert(sizeof kRecordBytes / sizeof *kRecordBytes == kTableCount);

constexpr u64 whole_pages(u64 bytes) { return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes; }
constexpr u64 smaller(u64 a, u64 b) { return a < b ? a : b; }

// Bytes of each table but the last one, which takes what is left: about 25 frames a site at the default size.
// Memory log, mappings and text do not grow with a larger file, they hold what a process has of them whatever its
// size. Nor do releases and their stacks: what they add to a snapshot is bounded so.
constexpr u64 share_of(TableId id, u64 file_bytes) {
  switch (id) {
    case TableId::kThreads:
      return file_bytes / 100 * 5;
    case TableId::kMemory:
      return smaller(768 * sizeof(MemoryPoint), file_bytes / 24);
    case TableId::kMappings:
      return smaller(2048 * sizeof(Mapping), file_bytes / 32);
    case TableId::kText:
      return smaller(256 << 10, file_bytes / 32);
    case TableId::kLive:
      return file_bytes / 100 * 40;
    case TableId::kSites:
      return file_bytes / 100 * 16;
    case TableId::kSiteFrees:
      return file_bytes / 100 * 12;
    case TableId::kStacks:
      return smaller(640 * sizeof(KeptStack), file_bytes / 128);
    case TableId::kReleases:
      return smaller(384 * sizeof(ReleaseRecord), file_bytes / 128);
    case TableId::kFrames:
    case TableId::kCount:
      break;
  }
  return 0;
}

u32 capacity_of(u64 bytes, u32 record_bytes) { return static_cast<u32>(smaller(bytes / record_bytes, 0xffffffff)); }

TableSpan look_at_span(const LiveView& live, u32 id) {
  const TableSpan& span = live.header().tables[id];
  return {load_relaxed(span.offset), load_relaxed(span.record_bytes), load_relaxed(span.capacity),
          load_acquire(span.used)};
}

bool lies_inside(const TableSpan& span, u64 bytes) {
  return span.offset >= kLiveHeaderBytes && span.offset <= bytes && span.offset % sizeof(u64) == 0 &&
         u64{span.capacity} * span.record_bytes <= bytes - span.offset;
}

template <class T>
TableView<T> look_at_table(const LiveView& live, TableId id) {
  const TableSpan span = look_at_span(live, static_cast<u32>(id));
  if (span.record_bytes != sizeof(T) || !lies_inside(span, live.bytes)) {
    return {};
  }
  return {reinterpret_cast<const T*>(live.base + span.offset), smaller(span.used, span.capacity)};
}

}  // namespace

u64 lay_out_live(LiveHeader* header, u64 file_bytes) {
  if (file_bytes < kMinLiveBytes) {
    return 0;
  }
  const u64 end = file_bytes / kPageBytes * kPageBytes;
  u64 offset = kLiveHeaderBytes;
  for (u32 id = 0; id < kTableCount; ++id) {
    const bool last = id + 1 == kTableCount;
    const u64 bytes = last ? end - offset : whole_pages(share_of(TableId{id}, file_bytes));
    header->tables[id] = {offset, kRecordBytes[id], capacity_of(bytes, kRecordBytes[id]), 0};
    offset += bytes;
  }
  header->version = kLiveVersion;
  header->file_bytes = end;
  u64 magic;
  __builtin_memcpy(&magic, kLiveMagic, sizeof magic);
  store_release(*reinterpret_cast<u64*>(header->magic), magic);
  return end;
}

const char* check_live(const void* base, u64 bytes) {
  if (bytes < kLiveHeaderBytes) {
    return "is shorter than the header of a live file";
  }
  const LiveView live{static_cast<const u8*>(base), bytes};
  if (__builtin_memcmp(live.base, kLiveMagic, sizeof kLiveMagic) != 0) {
    return "is not a live file of leakwatch";
  }
  if (load_relaxed(live.header().version) != kLiveVersion) {
    return "is a live file of another version of leakwatch; only that version can read it";
  }
  if (load_relaxed(live.header().file_bytes) > bytes) {
    return "is shorter than its header says: it was cut off";
  }
  for (u32 id = 0; id < kTableCount; ++id) {
    const TableSpan span = look_at_span(live, id);
    if (span.record_bytes != kRecordBytes[id]) {
      return "is damaged: its header gives records of a table the wrong size";
    }
    if (!lies_inside(span, bytes)) {
      return "is damaged: its header puts a table outside of the file";
    }
  }
  return nullptr;
}

LiveTables look_at_tables(const LiveView& live) {
  LiveTables tables;
  tables.live = look_at_table<LiveSample>(live, TableId::kLive);
  tables.releases = look_at_table<ReleaseRecord>(live, TableId::kReleases);
  tables.site_frees = look_at_table<SiteFrees>(live, TableId::kSiteFrees);
  tables.sites = look_at_table<Site>(live, TableId::kSites);
  tables.threads = look_at_table<ThreadRecord>(live, TableId::kThreads);
  tables.stacks = look_at_table<KeptStack>(live, TableId::kStacks);
  tables.frames = look_at_table<u64>(live, TableId::kFrames);
  tables.memory = look_at_table<MemoryPoint>(live, TableId::kMemory);
  tables.mappings = look_at_table<Mapping>(live, TableId::kMappings);
  tables.text = look_at_text(live);
  return tables;
}

TableView<u8> look_at_text(const LiveView& live) { return look_at_table<u8>(live, TableId::kText); }

}  // namespace lw
