// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot: the order of the sections, and those of them that are plain lists.
// Freestanding: runs in the watched process, in signal handlers too.
#include "snapshot/encode.h"

#include "snapshot/encoding.h"

namespace lw {
namespace {

// The arguments, as far as they lie in the room that a live file has for them.
void put_command(SectionWriter& out, const LiveHeader& header) {
  const u32 said = load_relaxed(header.argc);
  const u32 stored = load_relaxed(header.command_bytes);
  const u64 bytes = stored < sizeof header.command ? stored : sizeof header.command;
  const auto end_of_argument = [&](u64 at) {
    while (at < bytes && load_relaxed(header.command[at]) != 0) {
      ++at;
    }
    return at < bytes ? at + 1 : bytes;
  };
  u32 argc = 0;
  for (u64 at = 0; at < bytes && argc < said; at = end_of_argument(at)) {
    ++argc;
  }
  out.varint(argc);
  u64 at = 0;
  for (u32 i = 0; i < argc; ++i) {  // arguments that vanished since they were counted come out empty
    put_text(out, header.command + at, bytes - at);
    at = end_of_argument(at);
  }
}

void encode_process(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const LiveHeader& header = encoding.header;
  out.begin(SectionType::kProcess);
  out.record();
  out.varint(load_relaxed(header.pid));
  out.varint(load_relaxed(header.parent_pid));
  out.varint(load_relaxed(header.start_unix_ns));
  out.varint(load_relaxed(header.start_ticks));
  out.varint(encoding.since_start(encoding.now_ns));
  out.varint(load_relaxed(header.interval));
  out.varint(load_relaxed(header.requested_interval));
  out.varint(load_relaxed(header.process_flags));
  put_text(out, header.name, sizeof header.name);
  put_text(out, header.host, sizeof header.host);
  put_text(out, header.version_text, sizeof header.version_text);
  put_text(out, header.executable, sizeof header.executable);
  put_command(out, header);
  out.end();
}

void put_path(Encoding& encoding, const Mapping& mapping) {
  const TableView<u8>& text = encoding.tables.text;
  const u64 offset = load_relaxed(mapping.path_offset);
  const u64 bytes = load_relaxed(mapping.path_bytes);
  const bool inside = offset <= text.count && bytes <= text.count - offset;
  put_text(encoding.out, reinterpret_cast<const char*>(text.records) + (inside ? offset : 0), inside ? bytes : 0);
}

void encode_mappings(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  out.begin(SectionType::kMappings);
  for (u64 i = 0; i < encoding.tables.mappings.count; ++i) {
    const Mapping& mapping = encoding.tables.mappings[i];
    const u64 start = load_acquire(mapping.start);
    const u64 end = load_relaxed(mapping.end);
    if (start == 0 || end <= start) {
      continue;
    }
    const u32 build_id_bytes = load_relaxed(mapping.build_id_bytes);
    const u32 kept = build_id_bytes <= sizeof mapping.build_id ? build_id_bytes : 0;
    out.record();
    out.varint(start);
    out.varint(end - start);
    out.varint(load_relaxed(mapping.file_offset));
    out.varint(load_relaxed(mapping.loaded_epoch));
    out.varint(load_relaxed(mapping.unloaded_epoch));
    out.varint(kept);
    for (u32 b = 0; b < kept; ++b) {
      out.byte(load_relaxed(mapping.build_id[b]));
    }
    put_path(encoding, mapping);
  }
  out.end();
}

// Thread numbers are places in the live table, so records not in use stay (tid 0). Number 0, which stands for all
// threads without a record, is there even if the table is not: no sample is lost for want of its thread.
void encode_threads(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const ThreadRecord nobody{};
  const u64 count = encoding.tables.threads.count;
  out.begin(SectionType::kThreads);
  for (u64 i = 0; i == 0 || i < count; ++i) {
    const ThreadRecord& thread = i < count ? encoding.tables.threads[i] : nobody;
    const u32 tid = load_acquire(thread.tid);
    const u64 end_ns = load_relaxed(thread.end_ns);
    const u64 ended = end_ns == 0 ? 0 : encoding.since_start(end_ns);
    out.record();
    out.varint(tid);
    out.varint(load_relaxed(thread.flags) & kThreadEnded);
    out.varint(encoding.since_start(load_relaxed(thread.start_ns)));
    out.varint(end_ns != 0 && ended == 0 ? 1 : ended);
    out.varint(load_relaxed(thread.allocations));
    out.varint(load_relaxed(thread.frees));
    out.varint(load_relaxed(thread.allocated_bytes));
    put_text(out, thread.name, sizeof thread.name);
  }
  out.end();
}

constexpr u32 kPointFields = sizeof(MemoryPoint) / sizeof(u64);

u64 rounded(f64 sum) {
  constexpr f64 kMax = 9.2e18;  // below 2^63
  const f64 bounded = amount(sum < kMax ? sum : kMax);
  const u64 below = static_cast<u64>(bounded);
  return below + (bounded - static_cast<f64>(below) >= 0.5);
}

void load_point(const Encoding& encoding, const MemoryPoint& point, u64 (&fields)[kPointFields]) {
  const u64 loaded[] = {encoding.since_start(load_acquire(point.time_ns)),
                        load_acquire(point.rss_bytes),
                        rounded(load_acquire(point.live_bytes)),
                        rounded(load_acquire(point.live_bytes_variance)),
                        rounded(load_acquire(point.live_count)),
                        load_acquire(point.allocations),
                        load_acquire(point.frees),
                        load_acquire(point.allocated_bytes),
                        load_acquire(point.allocator_in_use),
                        load_acquire(point.allocator_resident),
                        load_acquire(point.allocator_free),
                        load_acquire(point.page_faults),
                        load_acquire(point.cgroup_bytes),
                        load_acquire(point.cgroup_limit),
                        load_acquire(point.threads),
                        load_acquire(point.interval)};
  static_assert(sizeof loaded == sizeof fields);
  __builtin_memcpy(fields, loaded, sizeof loaded);
}

// The log is thinned in place, so its records are in no order: sorts by time, to the microsecond. Points that
// are written anew meanwhile are left out, and so is what does not come after the point before it.
void encode_memory(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const TableView<MemoryPoint>& memory = encoding.tables.memory;
  u64* keys = encoding.scratch.keys;
  u64 count = 0;
  for (u64 i = 0; i < memory.count && i < kSortWindow; ++i) {
    if (const u64 time_ns = load_acquire(memory[i].time_ns); time_ns != 0) {
      keys[count++] = encoding.since_start(time_ns) / 1000 * kSortWindow + i;
    }
  }
  sort_keys(keys, count);

  out.begin(SectionType::kMemory);
  u64 before[kPointFields] = {};
  bool first = true;
  for (u64 i = 0; i < count; ++i) {
    const MemoryPoint& point = memory[keys[i] % kSortWindow];
    const u64 time_ns = load_acquire(point.time_ns);
    u64 fields[kPointFields];
    load_point(encoding, point, fields);
    if (!still_is(point.time_ns, time_ns) || (!first && fields[0] <= before[0])) {
      continue;
    }
    first = false;
    out.record();
    for (u32 f = 0; f < kPointFields; ++f) {
      out.difference(fields[f], before[f]);
      before[f] = fields[f];
    }
  }
  out.end();
}

void encode_drops(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  out.begin(SectionType::kDrops);
  for (u32 i = 0; i < kDropReasons; ++i) {
    const DropCount& drop = encoding.header.drops[i];
    const u64 count = load_relaxed(drop.count);
    if (count == 0) {
      continue;
    }
    out.record();
    put_text(out, drop_reason_name(DropReason{i}), ~u64{0});
    out.varint(count);
    out.real64(amount(load_relaxed(drop.bytes)));
  }
  out.end();
}

void encode_receipt(Encoding& encoding) {
  const Receipt& receipt = encoding.header.receipt;
  encoding.out.begin(SectionType::kReceipt);
  encoding.out.record();
  const u64* fields[] = {&receipt.samples,    &receipt.sampled_frees, &receipt.slow_ns,         &receipt.unwind_ns,
                         &receipt.dumps,      &receipt.dump_ns,       &receipt.longest_dump_ns, &receipt.own_bytes,
                         &receipt.budget_ppm, &receipt.cpu_ns,        &receipt.false_hits,      &receipt.cold_frames};
  for (const u64* field : fields) {
    encoding.out.varint(load_relaxed(*field));
  }
  encoding.out.end();
}

EncodeScratch& place_in(u8* scratch) {
  const auto address = reinterpret_cast<__UINTPTR_TYPE__>(scratch);
  const auto aligned = (address + alignof(EncodeScratch) - 1) & ~(alignof(EncodeScratch) - 1);
  return *reinterpret_cast<EncodeScratch*>(aligned);
}

}  // namespace

int encode_snapshot(const LiveView& live, const EncodeRequest& request, u8* scratch, ByteSink sink) {
  EncodeScratch& work = place_in(scratch);
  Encoding encoding{SectionWriter(sink, work.buffer, sizeof work.buffer),
                    live.header(),
                    look_at_tables(live),
                    work,
                    load_relaxed(live.header().start_ns),
                    request.now_ns};
  void (*const parts[])(Encoding&) = {encode_process, encode_mappings, encode_stacks, encode_sites,  encode_live,
                                      encode_threads, encode_memory,   encode_drops,  encode_receipt};
  for (const auto part : parts) {
    part(encoding);
    if (encoding.out.error() != 0) {
      return encoding.out.error();
    }
  }
  FileHeader header{};
  header.reason = request.reason;
  header.taken_unix_ns = request.taken_unix_ns;
  header.sequence = request.sequence;
  encoding.out.finish(header);
  return encoding.out.error();
}

}  // namespace lw
