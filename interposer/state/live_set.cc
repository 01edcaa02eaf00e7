// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/live_set.h"

#include "interposer/state/address_filter.h"
#include "interposer/state/live_table.h"

namespace lw {
namespace {

// 64 cells are eight cache lines. With half as many records as cells a window of the large table overflows about never
// (binomial tail below 1e-9 at full load); tests/unit/state measures it.
constexpr u64 kNearWindow = 16, kFarWindow = 64;
constexpr u64 kWindow = kNearWindow + kFarWindow;

constexpr u64 kFreed = 1;
constexpr u64 kHeld = 2;
constexpr u64 kMarks = kFreed | kHeld;

u64 make_cell(u32 record, u64 hash) { return (u64{record} + 1) << 32 | (hash & 0xFFFFFFFCu); }
bool cell_may_hold(u64 cell, u64 hash) { return ((cell ^ hash) & 0xFFFFFFFCu) == 0 && cell != 0; }
u32 record_in(u64 cell) { return static_cast<u32>(cell >> 32) - 1; }

// The i-th place where an address may stand.
u64& cell_of(u64 hash, u64 i) {
  const Process& p = process();
  if (i < kNearWindow) return p.live_cells[((hash >> 52) + i) % kNearCells];
  return p.live_cells[kNearCells + (((hash >> 32) + i - kNearWindow) & p.live_cell_mask)];
}

LiveSample* samples() { return records<LiveSample>(TableId::kLive); }

// Free records form a stack through next_free; the tag in the upper half of its head makes a head that was popped
// and pushed again different from the one a slow thread still remembers.
u64 next_tag(u64 head) { return (head & ~u64{0xFFFFFFFFu}) + (u64{1} << 32); }

u32 pop_free_record() {
  u64& head = process().free_samples;
  u64 seen = load_acquire(head);
  while (static_cast<u32>(seen) != 0) {
    const u32 record = static_cast<u32>(seen) - 1;
    const u64 next = next_tag(seen) | load_relaxed(samples()[record].next_free);
    if (__atomic_compare_exchange_n(&head, &seen, next, true, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return record;
  }
  return kNoRecord;
}

void push_free_record(u32 record) {
  u64& head = process().free_samples;
  u64 seen = load_relaxed(head);
  u64 next;
  do {
    store_relaxed(samples()[record].next_free, static_cast<u32>(seen));
    next = next_tag(seen) | (u64{record} + 1);
  } while (!__atomic_compare_exchange_n(&head, &seen, next, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

u32 take_record() {
  const u32 record = pop_free_record();
  return record != kNoRecord ? record : take_records(TableId::kLive, 1);
}

void give_back(u32 record) {
  store_release(samples()[record].address, u64{0});
  add_relaxed(process().live_samples, ~u64{0});
  push_free_record(record);
}

// The first cell of a window is swapped without a look: in a young process it lies on a page that nobody has touched,
// and a page that is first read and then written costs two faults. The others are looked at: in an old one the small
// table is full, and sixteen swaps in vain would cost more than all the rest of the entry.
bool claim_cell(u64 hash, u64 cell) {
  for (u64 i = 0; i < kWindow; ++i) {
    u64& place = cell_of(hash, i);
    const bool first = i == 0 || i == kNearWindow;
    if (!first && load_relaxed(place) != 0) continue;
    if (replace(place, u64{0}, cell)) return true;
  }
  return false;
}

}  // namespace

u64 live_cell_count(u32 capacity) {
  u64 count = 1024;
  while (count < u64{capacity} * 2) count *= 2;
  return kNearCells + count;
}

u64 live_sample_count() { return load_relaxed(process().live_samples); }
u32 live_sample_capacity() { return span_of(TableId::kLive).capacity; }

bool insert_sample(const LiveSample& sample, DropReason* full) {
  const u32 number = take_record();
  if (number == kNoRecord) {
    *full = DropReason::kLiveTableFull;
    return false;
  }
  add_relaxed(process().live_samples, u64{1});
  LiveSample& record = samples()[number];
  store_relaxed(record.size, sample.size);
  store_relaxed(record.birth_ns, sample.birth_ns);
  store_relaxed(record.first_birth_ns, sample.first_birth_ns);
  store_relaxed(record.interval, sample.interval);
  store_relaxed(record.site, sample.site);
  store_relaxed(record.thread, sample.thread);
  store_relaxed(record.reallocs, sample.reallocs);
  store_relaxed(record.flags, sample.flags);
  store_relaxed(record.kind, sample.kind);
  store_relaxed(record.resident_kib, 0u);
  store_relaxed(record.reach, Reach::kUnknown);
  store_release(record.address, sample.address);

  filter_add(sample.address);
  const u64 hash = hash_address(sample.address);
  if (claim_cell(hash, make_cell(number, hash))) return true;
  filter_remove(sample.address);
  give_back(number);
  *full = DropReason::kLiveIndexFull;
  return false;
}

bool take_sample(u64 address, LiveSample* sample) {
  const u64 hash = hash_address(address);
  for (u64 i = 0; i < kWindow; ++i) {
    u64& place = cell_of(hash, i);
    u64 cell = load_acquire(place);
    while (cell_may_hold(cell, hash) && (cell & kFreed) == 0) {
      const u32 number = record_in(cell);
      if (load_relaxed(samples()[number].address) != address) break;
      const u64 after = (cell & kHeld) != 0 ? cell | kFreed : 0;
      if (!__atomic_compare_exchange_n(&place, &cell, after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) continue;
      filter_remove(address);
      if (after != 0) return false;
      __builtin_memcpy(sample, &samples()[number], sizeof *sample);
      give_back(number);
      return true;
    }
  }
  return false;
}

bool find_sample(u64 address, LiveSample* sample) {
  const u64 hash = hash_address(address);
  for (u64 i = 0; i < kWindow; ++i) {
    const u64& place = cell_of(hash, i);
    const u64 cell = load_acquire(place);
    if (!cell_may_hold(cell, hash) || (cell & kFreed) != 0) continue;
    const LiveSample& record = samples()[record_in(cell)];
    if (load_acquire(record.address) != address) continue;
    __builtin_memcpy(sample, &record, sizeof *sample);
    // The thinner gives a record back only after it has emptied the cell.
    if ((load_acquire(place) | kHeld) == (cell | kHeld)) return true;
  }
  return false;
}

void thin_samples(const ThinVisitor& visitor) {
  for (u64 position = 0; position <= kNearCells + process().live_cell_mask; ++position) {
    u64& place = process().live_cells[position];
    const u64 cell = load_acquire(place);
    if (cell == 0 || (cell & kMarks) != 0) continue;
    if (!replace(place, cell, cell | kHeld)) continue;
    LiveSample& sample = samples()[record_in(cell)];
    const u64 address = load_relaxed(sample.address);
    const bool stays = visitor.visit(visitor.self, sample);
    if (replace(place, cell | kHeld, stays ? cell : 0)) {
      if (stays) continue;
      filter_remove(address);
    } else {
      if (stays) visitor.freed(visitor.self, sample);
      store_release(place, u64{0});
    }
    give_back(record_in(cell));
  }
}

}  // namespace lw
