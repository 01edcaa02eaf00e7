// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/mapped_memory.h"

#include "interposer/cold/admission.h"
#include "interposer/cold/record_sample.h"
#include "interposer/cold/start.h"
#include "interposer/cold/unmapping.h"
#include "interposer/dump/maps_file.h"
#include "interposer/state/drops.h"
#include "interposer/state/sigbus_mask.h"
#include "snapshot/weight.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace lw {

constinit bool g_maps_for_us = false;

namespace {

constexpr u64 kLeastReservation = u64{1} << 30;

bool failed(const void* result) { return result == reinterpret_cast<void*>(-1); }

// On this thread; or the loader is not done yet with what we need.
bool is_our_own_work() { return load_relaxed(g_started) == 0 || t_slot->muted != 0 || g_maps_for_us; }

u32 marks_of(u64 bytes, int protection, int flags) {
  const bool reserved = protection == PROT_NONE || ((flags & MAP_NORESERVE) != 0 && bytes >= kLeastReservation);
  const bool shared = (flags & MAP_PRIVATE) == 0 || (flags & MAP_HUGETLB) != 0;
  return (reserved ? kRegionReserved : 0u) | (shared ? kRegionShared : 0u);
}

// The kernel knows; asked only for a region of unknown origin that was chosen as a sample.
bool is_private_memory(u64 address) {
  struct Question {
    u64 address;
    bool answer;
  } question{address, false};
  read_maps("/proc/self/maps", &question, [](void* self, const MapsLine& line) {
    Question& asked = *static_cast<Question*>(self);
    if (line.start <= asked.address && asked.address < line.end) asked.answer = line.path[0] == '\0' && !line.shared;
  });
  return question.answer;
}

void note_reserved(u64 start, u64 bytes, u32 marks) {
  if (!watching()) return;
  Unmapping(start, bytes).was_missed();
  enter_region({start, start + bytes, marks, 1});
}

// A region that was just made. `before`: the sample of what it was resized from.
void record_region(u64 start, u64 bytes, u32 marks, u64 interval, const LiveSample* before) {
  const bool chain = before != nullptr && (before->flags & kSampleInherited) == 0;
  const u16 reallocs = !chain ? 0 : static_cast<u16>(before->reallocs + (before->reallocs != 0xFFFF ? 1 : 0));
  const Weight weight = weight_of(bytes, interval);
  Unmapping(start, bytes).was_missed();
  if (!enter_region({start, start + bytes, marks, weight.count})) {
    LetSigbusIn in_case_of_loss;
    count_drop(DropReason::kRegionsFull, weight.bytes);
    return;
  }
  count_allocation(static_cast<u64>(weight.bytes));
  record_sample({start, bytes, interval, AllocKind::kMmap, reallocs, chain ? before->first_birth_ns : 0, false,
                 (marks & kRegionShared) != 0});
}

void note_region(const void* at, u64 bytes, u32 marks) {
  const u64 start = reinterpret_cast<u64>(at), whole = whole_pages(bytes);
  if ((marks & kRegionReserved) != 0) return note_reserved(start, whole, marks);
  const u64 interval = admit_mapping(whole);
  if (interval != 0) record_region(start, whole, marks, interval, nullptr);
}

void note_resized(const void* at, u64 bytes, const Unmapping& from) {
  const u64 start = reinterpret_cast<u64>(at), whole = whole_pages(bytes);
  const Region* region = from.region();
  if (region != nullptr && (region->marks & kRegionReserved) != 0) return note_reserved(start, whole, region->marks);
  const u64 interval = admit_mapping(whole);
  if (interval == 0 || (region == nullptr && !is_private_memory(start))) return;
  record_region(start, whole, region != nullptr ? region->marks : 0, interval, from.sample());
}

}  // namespace

void* map_and_note(void* at, u64 bytes, int protection, int flags, int fd, long offset) {
  if (is_our_own_work()) return g_next_mapping.map(at, bytes, protection, flags, fd, offset);
  const bool replaces = (flags & MAP_FIXED) != 0 && (flags & MAP_FIXED_NOREPLACE) == 0 && any_regions();
  Unmapping gone = replaces ? Unmapping(reinterpret_cast<u64>(at), bytes) : Unmapping();
  void* result = g_next_mapping.map(at, bytes, protection, flags, fd, offset);
  if (failed(result)) {
    gone.put_back();
    return result;
  }
  gone.done(FreeKind::kMunmap);
  if ((flags & MAP_ANONYMOUS) != 0) note_region(result, bytes, marks_of(bytes, protection, flags));
  return result;
}

int unmap_and_note(void* start, u64 bytes) {
  if (is_our_own_work()) return g_next_mapping.unmap(start, bytes);
  inherit_before_free(start);
  Unmapping gone(reinterpret_cast<u64>(start), bytes);
  const int status = g_next_mapping.unmap(start, bytes);
  if (status == 0) {
    gone.done(FreeKind::kMunmap);
  } else {
    gone.put_back();
  }
  return status;
}

// Of shared memory, `bytes` of 0 asks for a second view: nothing is new, nothing gone.
void* remap_and_note(void* start, u64 bytes, u64 wanted, int flags, void* target) {
  if (is_our_own_work() || bytes == 0) return g_next_mapping.remap(start, bytes, wanted, flags, target);
  inherit_before_free(start);
  const u64 from = reinterpret_cast<u64>(start), have = whole_pages(bytes), want = whole_pages(wanted);
  const bool placed = (flags & MREMAP_FIXED) != 0;
  const bool shrinks = !placed && want <= have;
  Unmapping replaced = placed ? Unmapping(reinterpret_cast<u64>(target), want) : Unmapping();
  Unmapping gone = shrinks ? Unmapping(from + want, have - want) : Unmapping(from, have);
  void* result = g_next_mapping.remap(start, bytes, wanted, flags, target);
  if (failed(result)) {
    gone.put_back();
    replaced.put_back();
    return result;
  }
  replaced.done(FreeKind::kMunmap);
  gone.done(shrinks ? FreeKind::kMunmap : FreeKind::kMremap);
  if (!shrinks) note_resized(result, wanted, gone);
  return result;
}

}  // namespace lw
