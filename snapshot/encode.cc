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
  out.varint(load_relaxed(header.page_bytes));
  out.varint(load_relaxed(header.memory_total));
  out.varint(load_relaxed(header.address_space_limit));
  out.varint(load_relaxed(header.pid_namespace));
  put_text(out, header.name, sizeof header.name);
  put_text(out, header.host, sizeof header.host);
  put_text(out, header.version_text, sizeof header.version_text);
  put_text(out, header.executable, sizeof header.executable);
  put_text(out, header.boot_id, sizeof header.boot_id);
  put_command(out, header);
  out.end();
}

// The path of that record into memory that is not needed yet. Returns its bytes, of which some may be NUL.
u64 copy_path(Encoding& encoding, const Mapping& mapping, u8* path) {
  const TableView<u8> text = look_at_text(encoding.live);
  const u64 offset = mapping.path_offset, bytes = mapping.path_bytes;
  const bool inside = offset <= text.count && bytes <= text.count - offset && bytes <= sizeof encoding.scratch.keys;
  for (u64 i = 0; inside && i < bytes; ++i) path[i] = load_acquire(text[offset + i]);
  return inside ? bytes : 0;
}

// False if there is none.
bool copy_record(const Mapping& place, Mapping* mapping) {
  *mapping = {};
  mapping->start = load_acquire(place.start);
  mapping->end = load_acquire(place.end);
  mapping->file_offset = load_acquire(place.file_offset);
  mapping->loaded_epoch = load_acquire(place.loaded_epoch);
  mapping->unloaded_epoch = load_acquire(place.unloaded_epoch);
  mapping->path_offset = load_acquire(place.path_offset);
  mapping->path_bytes = load_acquire(place.path_bytes);
  mapping->build_id_bytes = load_acquire(place.build_id_bytes);
  for (u32 i = 0; i < sizeof place.build_id; ++i) mapping->build_id[i] = load_acquire(place.build_id[i]);
  return mapping->start != 0;
}

// Full tables give the places of unloaded objects, and of their paths, to others, after they have taken the record's
// start away: a copy is good if another one, made when the path is copied too, is the same.
bool copy_mapping(Encoding& encoding, const Mapping& place, Mapping* mapping, u8* path, u64* path_bytes) {
  constexpr u32 kAttempts = 3;
  Mapping again;
  for (u32 i = 0; i < kAttempts && copy_record(place, mapping); ++i) {
    *path_bytes = copy_path(encoding, *mapping, path);
    if (copy_record(place, &again) && __builtin_memcmp(&again, mapping, sizeof again) == 0) return true;
  }
  return false;
}

void encode_mappings(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  out.begin(SectionType::kMappings);
  for (u64 i = 0; i < encoding.tables.mappings.count; ++i) {
    Mapping mapping;
    u8* path = reinterpret_cast<u8*>(encoding.scratch.keys);
    u64 path_bytes;
    const bool there = copy_mapping(encoding, encoding.tables.mappings[i], &mapping, path, &path_bytes);
    if (!there || mapping.end <= mapping.start) continue;
    const u32 kept = mapping.build_id_bytes <= sizeof mapping.build_id ? mapping.build_id_bytes : 0;
    out.record();
    out.varint(mapping.start);
    out.varint(mapping.end - mapping.start);
    out.varint(mapping.file_offset);
    out.varint(mapping.loaded_epoch);
    out.varint(mapping.unloaded_epoch);
    out.varint(kept);
    for (u32 b = 0; b < kept; ++b) out.byte(mapping.build_id[b]);
    put_text(out, reinterpret_cast<const char*>(path), path_bytes);
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
    const u32 parent = load_relaxed(thread.parent);
    const u32 made_by = load_relaxed(thread.made_by);
    out.varint(parent < count ? parent : 0);
    out.varint(made_by != 0 && made_by <= encoding.tables.stacks.count ? encoding.stack_of_kept(made_by - 1) + 1 : 0);
    out.varint(load_relaxed(thread.stack_bytes));
    put_text(out, thread.name, sizeof thread.name);
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

void encode_reach(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const ReachScan& scan = encoding.header.reach;
  const ReachWhere where = load_acquire(scan.where);
  out.begin(SectionType::kReach);
  if (where != ReachWhere::kNone && where <= kLastReachWhere) {
    out.record();
    out.varint(static_cast<u64>(where));
    out.varint(load_relaxed(scan.flags) & kReachFlags);
    out.varint(encoding.since_start(load_relaxed(scan.began_ns)));
    out.varint(load_relaxed(scan.duration_ns));
    out.varint(load_relaxed(scan.pause_ns));
    out.varint(load_relaxed(scan.words));
    out.varint(load_relaxed(scan.blocks));
  }
  out.end();
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
                    live,
                    live.header(),
                    look_at_tables(live),
                    work,
                    load_relaxed(live.header().start_ns),
                    request.now_ns};
  void (*const parts[])(Encoding&) = {encode_process, encode_mappings, encode_stacks, encode_sites,
                                      encode_live,    encode_threads,  encode_memory, encode_drops,
                                      encode_receipt, encode_releases, encode_reach};
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
