// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/mappings.h"

#include "interposer/cold/unwind.h"
#include "interposer/dump/build_id.h"
#include "interposer/dump/maps_file.h"
#include "interposer/platform/clock.h"
#include "interposer/state/live_table.h"

namespace lw {
namespace {

constexpr u32 kMostMappings = 4096;
constexpr u64 kShortestPauseNs = 100'000'000;

Mapping* mappings() { return records<Mapping>(TableId::kMappings); }

const char* path_of(const Mapping& mapping) { return records<char>(TableId::kText) + mapping.path_offset; }

bool has_path(const Mapping& mapping, const char* path, u64 length) {
  return mapping.path_bytes == length && __builtin_memcmp(path_of(mapping), path, length) == 0;
}

// One pass over the map.
struct Pass {
  u32 known;  // mappings that were there before
  u32 epoch;  // what changes now become visible at
  bool changed;
  u64 image;  // where the file of the current path begins
  Text<512> image_path;
  u8 seen[kMostMappings / 8];
};

// The path's place in the table of texts; objects have several executable parts, and plugins come back, so paths
// are shared.
bool store_path(const char* path, u32 length, u32 known, Mapping& mapping) {
  for (u32 i = 0; i < known; ++i) {
    if (!has_path(mappings()[i], path, length)) continue;
    mapping.path_offset = mappings()[i].path_offset;
    mapping.path_bytes = length;
    return true;
  }
  const u32 at = take_records(TableId::kText, length + 1);
  if (at == kNoRecord) return false;
  __builtin_memcpy(records<char>(TableId::kText) + at, path, length);
  mapping.path_offset = at;
  mapping.path_bytes = length;
  return true;
}

bool same_object(const Mapping& a, const Mapping& b) {
  return a.path_offset == b.path_offset && a.build_id_bytes == b.build_id_bytes && a.file_offset == b.file_offset &&
         a.start == b.start && __builtin_memcmp(a.build_id, b.build_id, sizeof a.build_id) == 0;
}

// Different code at addresses that stacks already mention: from now on equal addresses are no longer equal stacks.
void notice_reuse(const Mapping& fresh, u32 known) {
  for (u32 i = 0; i < known; ++i) {
    const Mapping& old = mappings()[i];
    if (old.unloaded_epoch == 0 || old.end <= fresh.start || fresh.end <= old.start || same_object(old, fresh))
      continue;
    add_relaxed(process().live->reuse_count, u64{1});
    return;
  }
}

void enter(Pass& pass, const MapsLine& line) {
  const u32 number = take_records(TableId::kMappings, 1);
  if (number == kNoRecord) return;
  Mapping& mapping = mappings()[number];
  mapping.end = line.end;
  mapping.file_offset = line.file_offset;
  mapping.loaded_epoch = pass.epoch;
  const u64 length = text_length(line.path);
  if (!store_path(line.path, static_cast<u32>(length), number, mapping)) return;
  if (pass.image != 0 && same_text(pass.image_path.c_str(), line.path)) {
    mapping.build_id_bytes = read_build_id(pass.image, mapping.build_id, sizeof mapping.build_id);
  }
  notice_reuse(mapping, number);
  pass.changed = true;
  if (number < kMostMappings) pass.seen[number / 8] |= static_cast<u8>(1 << number % 8);
  store_release(mapping.start, line.start);
}

void visit(void* self, const MapsLine& line) {
  Pass& pass = *static_cast<Pass*>(self);
  const bool named = line.path[0] == '/' || same_text(line.path, "[vdso]");
  if (!named) return;
  if (line.file_offset == 0) {
    pass.image = line.start;
    pass.image_path.clear();
    pass.image_path << line.path;
  }
  if (!line.executable) return;
  const u64 length = text_length(line.path);
  for (u32 i = 0; i < pass.known; ++i) {
    const Mapping& mapping = mappings()[i];
    if (mapping.unloaded_epoch != 0 || mapping.start != line.start || mapping.end != line.end) continue;
    if (mapping.file_offset != line.file_offset || !has_path(mapping, line.path, length)) continue;
    pass.seen[i / 8] |= static_cast<u8>(1 << i % 8);
    return;
  }
  enter(pass, line);
}

void mark_unloaded(Pass& pass) {
  for (u32 i = 0; i < pass.known && i < kMostMappings; ++i) {
    Mapping& mapping = mappings()[i];
    if (mapping.unloaded_epoch != 0 || (pass.seen[i / 8] & 1 << i % 8) != 0) continue;
    store_relaxed(mapping.unloaded_epoch, pass.epoch);
    unwind_forget(mapping.start, mapping.end);
    pass.changed = true;
  }
}

bool is_known(u64 address) {
  const u32 count = used_records(TableId::kMappings);
  for (u32 i = 0; i < count; ++i) {
    const Mapping& mapping = mappings()[i];
    if (mapping.unloaded_epoch == 0 && address >= mapping.start && address < mapping.end) return true;
  }
  return false;
}

}  // namespace

// What is large here and in the functions below is static, because one thread at a time comes here, and not in vain: a
// malloc in a signal handler has a stack of 8 KiB in all.
void refresh_mappings() {
  if (!replace(process().mapping, 0u, 1u)) return;
  static Pass pass;
  pass = Pass{};
  pass.known = used_records(TableId::kMappings);
  pass.epoch = load_relaxed(process().live->mappings_epoch) + 1;
  if (read_maps("/proc/self/maps", &pass, visit)) mark_unloaded(pass);
  if (pass.changed) store_release(process().live->mappings_epoch, pass.epoch);
  store_relaxed(process().mapped_at_ns, monotonic_ns());
  store_release(process().mapping, 0u);
}

void notice_new_stack(u32& epoch, const u64* frames, u32 depth) {
  for (u32 i = 0; i < depth; ++i) {
    if (is_known(frames[i])) continue;
    if (monotonic_ns() - load_relaxed(process().mapped_at_ns) < kShortestPauseNs) return;
    refresh_mappings();
    store_relaxed(epoch, load_relaxed(process().live->mappings_epoch));
    return;
  }
}

void expect_mappings() { store_relaxed(process().mapped_at_ns, u64{0}); }

}  // namespace lw
