// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/mappings.h"

#include "interposer/cold/unwind.h"
#include "interposer/dump/build_id.h"
#include "interposer/dump/maps_file.h"
#include "interposer/platform/clock.h"
#include "interposer/state/live_table.h"
#include "interposer/state/reused_code.h"

namespace lw {
namespace {

constexpr u32 kMostMappings = 4096;

// Between readings. While they find nothing, the pause doubles so many times.
constexpr u64 kShortestPauseNs = 100'000'000;
constexpr u64 kPausePerReading = 20;
constexpr u32 kMostDoublings = 7;

Mapping* mappings() { return records<Mapping>(TableId::kMappings); }

const char* path_of(const Mapping& mapping) { return records<char>(TableId::kText) + mapping.path_offset; }

bool has_path(const Mapping& mapping, const char* path, u64 length) {
  return mapping.path_bytes == length && __builtin_memcmp(path_of(mapping), path, length) == 0;
}

// One pass over the map.
struct Pass {
  u32 known;  // mappings that were there before
  u32 hand;   // the next of them: they were entered in the order in which they come again
  u32 epoch;  // what changes now become visible at
  bool changed;
  u64 image;  // where the file of the current path begins
  Text<512> image_path;
  u8 seen[kMostMappings / 8];
};

u32 wrapped(u32 number, u32 count) { return number < count ? number : number - count; }

// What a path takes in the table of texts: a little more than it needs, so that a similar one may take its place.
u32 room_for(u32 length) { return (length + 64) & ~63u; }

// Readers outside look at a record without asking; one whose start is 0 is not there. The fence keeps what is written
// next behind that.
void take_back(Mapping& place) {
  store_relaxed(place.start, u64{0});
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

bool shares_path(u32 number, u32 known) {
  for (u32 i = 0; i < known; ++i) {
    if (i != number && mappings()[i].path_bytes != 0 && mappings()[i].path_offset == mappings()[number].path_offset)
      return true;
  }
  return false;
}

// Room where the table of texts is full: that of a path which nobody has but an object that was unloaded.
u32 take_over_path(u32 length, u32 known) {
  for (u32 i = 0; i < known; ++i) {
    Mapping& old = mappings()[i];
    const bool free = old.unloaded_epoch != 0 && old.path_bytes != 0 && !shares_path(i, known);
    if (!free || room_for(old.path_bytes) < room_for(length)) continue;
    take_back(old);
    store_relaxed(old.path_bytes, 0u);
    return old.path_offset;
  }
  return kNoRecord;
}

// The path's place in the table of texts; objects have several executable parts, and plugins come back, so paths
// are shared.
bool store_path(const char* path, u32 length, u32 known, Mapping& mapping) {
  for (u32 i = 0; i < known; ++i) {
    if (!has_path(mappings()[i], path, length)) continue;
    mapping.path_offset = mappings()[i].path_offset;
    mapping.path_bytes = length;
    return true;
  }
  u32 at = take_records(TableId::kText, room_for(length));
  if (at == kNoRecord) at = take_over_path(length, known);
  if (at == kNoRecord) return false;
  char* text = records<char>(TableId::kText) + at;
  for (u32 i = 0; i < length; ++i) store_relaxed(text[i], path[i]);
  mapping.path_offset = at;
  mapping.path_bytes = length;
  return true;
}

// The same code at the same addresses, though perhaps other parts of it: a segment may be cut by mprotect.
bool same_code(const Mapping& a, const Mapping& b) {
  return a.path_offset == b.path_offset && a.build_id_bytes == b.build_id_bytes &&
         a.start - a.file_offset == b.start - b.file_offset &&
         __builtin_memcmp(a.build_id, b.build_id, sizeof a.build_id) == 0;
}

// Does `visit` say that it has seen enough of the known mappings that overlap this one?
template <class Visit>
bool any_below(const Pass& pass, const Mapping& fresh, Visit visit) {
  for (u32 i = 0; i < pass.known; ++i) {
    const Mapping& old = mappings()[i];
    if (old.start < fresh.end && fresh.start < old.end && visit(old)) return true;
  }
  return false;
}

// A full table gives the place of what was unloaded longest ago: stacks that still mention it lose its name.
u32 take_place(const Pass& pass) {
  const u32 fresh = take_records(TableId::kMappings, 1);
  if (fresh != kNoRecord) return fresh;
  u32 oldest = kNoRecord;
  for (u32 i = 0; i < pass.known; ++i) {
    const u32 epoch = mappings()[i].unloaded_epoch;
    if (epoch != 0 && (oldest == kNoRecord || epoch < mappings()[oldest].unloaded_epoch)) oldest = i;
  }
  if (oldest != kNoRecord) take_back(mappings()[oldest]);
  return oldest;
}

void publish(Mapping& place, const Mapping& mapping) {
  store_relaxed(place.end, mapping.end);
  store_relaxed(place.file_offset, mapping.file_offset);
  store_relaxed(place.loaded_epoch, mapping.loaded_epoch);
  store_relaxed(place.unloaded_epoch, mapping.unloaded_epoch);
  store_relaxed(place.path_offset, mapping.path_offset);
  store_relaxed(place.path_bytes, mapping.path_bytes);
  store_relaxed(place.build_id_bytes, mapping.build_id_bytes);
  for (u32 i = 0; i < sizeof place.build_id; ++i) store_relaxed(place.build_id[i], mapping.build_id[i]);
  store_release(place.start, mapping.start);
}

void enter(Pass& pass, const MapsLine& line) {
  const u64 length = text_length(line.path);
  Mapping fresh{};
  fresh.start = line.start;
  fresh.end = line.end;
  fresh.file_offset = line.file_offset;
  if (!store_path(line.path, static_cast<u32>(length), used_records(TableId::kMappings), fresh)) return;
  if (pass.image != 0 && same_text(pass.image_path.c_str(), line.path)) {
    fresh.build_id_bytes = read_build_id(pass.image, fresh.build_id, sizeof fresh.build_id);
  }
  // Stacks that were kept since the last reading may mention it already, unless that meant something else then.
  const bool was_other = any_below(pass, fresh, [](const Mapping& old) { return old.unloaded_epoch == 0; });
  fresh.loaded_epoch = was_other || pass.known == 0 ? pass.epoch : pass.epoch - 1;
  // Different code at addresses that stacks already mention: from now on equal addresses are no longer equal stacks.
  if (any_below(pass, fresh, [&](const Mapping& old) { return !same_code(old, fresh); }))
    note_reuse(fresh.start, fresh.end);
  const u32 number = take_place(pass);
  if (number == kNoRecord) return;
  publish(mappings()[number], fresh);
  pass.changed = true;
  if (number < kMostMappings) pass.seen[number / 8] |= static_cast<u8>(1 << number % 8);
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
  for (u32 n = 0; n < pass.known; ++n) {
    const u32 i = wrapped(pass.hand + n, pass.known);
    const Mapping& mapping = mappings()[i];
    if (mapping.unloaded_epoch != 0 || mapping.start != line.start || mapping.end != line.end) continue;
    if (mapping.file_offset != line.file_offset || !has_path(mapping, line.path, length)) continue;
    pass.seen[i / 8] |= static_cast<u8>(1 << i % 8);
    pass.hand = wrapped(i + 1, pass.known);
    return;
  }
  enter(pass, line);
}

// What lies between two unloaded objects is forgotten with them, and learnt again: that is cheaper than forgetting
// twice.
void mark_unloaded(Pass& pass) {
  u64 start = ~u64{0}, end = 0;
  for (u32 i = 0; i < pass.known && i < kMostMappings; ++i) {
    Mapping& mapping = mappings()[i];
    if (mapping.unloaded_epoch != 0 || (pass.seen[i / 8] & 1 << i % 8) != 0) continue;
    store_relaxed(mapping.unloaded_epoch, pass.epoch);
    if (mapping.start < start) start = mapping.start;
    if (mapping.end > end) end = mapping.end;
  }
  if (end == 0) return;
  unwind_forget(start, end);
  pass.changed = true;
}

// Neighbours on a stack lie in the same object more often than not.
bool is_known(u64 address) {
  const u32 count = used_records(TableId::kMappings), begin = load_relaxed(process().mapping_hand);
  for (u32 n = 0; n < count; ++n) {
    const u32 i = wrapped(begin + n, count);
    const Mapping& mapping = mappings()[i];
    const u64 start = load_acquire(mapping.start);  // 0: it is just changing hands
    if (start == 0 || address < start || address >= load_relaxed(mapping.end)) continue;
    if (load_relaxed(mapping.unloaded_epoch) != 0) continue;
    store_relaxed(process().mapping_hand, i);
    return true;
  }
  return false;
}

bool has_rested(u64 now_ns) {
  const Process& p = process();
  return now_ns - load_relaxed(p.mapped_at_ns) >= load_relaxed(p.mapping_took_ns) * kPausePerReading;
}

// Values of code_was_unloaded.
constexpr u32 kUnloaded = 1, kReplaced = 2;

}  // namespace

// What is large here and in the functions below is static, because one thread at a time comes here, and not in vain: a
// malloc in a signal handler has a stack of 8 KiB in all.
void refresh_mappings() {
  Process& p = process();
  if (!replace(p.mapping, 0u, 1u)) return;
  const u64 began_ns = monotonic_ns();
  // Before the map is read: what is said from now on concerns the next time.
  store_relaxed(p.code_was_unloaded, 0u);
  store_relaxed(p.code_was_loaded, 0u);
  store_relaxed(p.has_unknown_code, 0u);
  static Pass pass;
  pass = Pass{};
  pass.known = used_records(TableId::kMappings);
  pass.epoch = load_relaxed(p.live->mappings_epoch) + 1;
  if (read_maps("/proc/self/maps", &pass, visit)) mark_unloaded(pass);
  if (pass.changed) store_release(p.live->mappings_epoch, pass.epoch);
  store_relaxed(p.futile_mappings, pass.changed ? 0u : load_relaxed(p.futile_mappings) + 1);
  const u64 now_ns = monotonic_ns();
  store_relaxed(p.mapping_took_ns, now_ns - began_ns);
  store_relaxed(p.mapped_at_ns, now_ns);
  store_release(p.mapping, 0u);
}

void notice_new_stack(const u64* frames, u32 depth) {
  if (has_unknown_code()) return;
  for (u32 i = 0; i < depth; ++i) {
    if (is_known(frames[i] - 1)) continue;
    store_relaxed(process().has_unknown_code, 1u);
    return;
  }
}

bool mappings_are_due(u64 now_ns) {
  const Process& p = process();
  if (!has_unknown_code() || !has_rested(now_ns)) return false;
  const u32 futile = load_relaxed(p.futile_mappings);
  const u64 pause_ns = kShortestPauseNs << (futile < kMostDoublings ? futile : kMostDoublings);
  return load_relaxed(p.code_was_loaded) != 0 || now_ns - load_relaxed(p.mapped_at_ns) >= pause_ns;
}

void code_is_loaded() {
  Process& p = process();
  store_relaxed(p.code_was_loaded, 1u);
  if (load_relaxed(p.code_was_unloaded) != 0) store_relaxed(p.code_was_unloaded, kReplaced);
}

void code_is_unloaded() {
  u32& unloaded = process().code_was_unloaded;
  if (load_relaxed(unloaded) == 0) store_relaxed(unloaded, kUnloaded);
}

void refresh_after_unloading() {
  if (load_relaxed(process().code_was_unloaded) == kReplaced || has_rested(monotonic_ns())) refresh_mappings();
}

}  // namespace lw
