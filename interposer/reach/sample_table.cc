// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/sample_table.h"

#include <sys/mman.h>

#include "interposer/platform/syscalls.h"
#include "interposer/state/live_table.h"
#include "snapshot/sorting.h"

namespace lw {
namespace {

LiveSample& sample(u32 record) { return records<LiveSample>(TableId::kLive)[record]; }

}  // namespace

bool SampleTable::collect() {
  capacity_ = used_records(TableId::kLive);
  sites = used_records(TableId::kSites);
  if (capacity_ == 0 || !make_room()) return false;
  u32 n = 0;
  for (u32 i = 0; i < capacity_; ++i) {
    const u64 address = load_acquire(sample(i).address);
    // What the program maps itself may be known to the kernel alone (stacks, rings, code): nobody has to point to it.
    if (address != 0 && load_relaxed(sample(i).kind) != AllocKind::kMmap) keys_[n++] = address;
  }
  sort_keys(keys_, n);
  for (u32 i = 0; i < n; ++i) blocks_[i] = {keys_[i], 0};
  for (u32 i = 0; i < capacity_; ++i) place(i, n);
  drop_overlaps(n);
  return true;
}

void SampleTable::leave() { sys::unmap(keys_, room_bytes_); }

bool SampleTable::make_room() {
  const u64 n = capacity_;
  room_bytes_ = n * (sizeof *keys_ + sizeof *blocks_ + sizeof *births_ + sizeof *records_ + sizeof *pending_ + 3) +
                sites * sizeof *heads + kPageFilterWords * sizeof *filter_ + kBufferBytes;
  const long at = sys::map(0, room_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  if (sys::failed(at)) return false;
  u8* next = reinterpret_cast<u8*>(at);
  const auto take = [&next](auto*& table, u64 length) {
    table = reinterpret_cast<decltype(+table)>(next);
    next += length * sizeof *table;
  };
  // The widest first, so that each is aligned.
  take(keys_, n);
  take(blocks_, n);
  take(births_, n);
  take(filter_, kPageFilterWords);
  take(buffer_, kBufferBytes / sizeof *buffer_);
  take(records_, n);
  take(pending_, n);
  take(heads, sites);
  take(marks, n);
  take(leaves, n);
  take(best, n);
  return true;
}

void SampleTable::place(u32 record, u32 n) {
  const u64 address = load_acquire(sample(record).address);
  u32 begin = 0, end = n;
  while (begin < end) {
    const u32 middle = begin + (end - begin) / 2;
    if (keys_[middle] < address) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (address == 0 || begin == n || keys_[begin] != address) return;  // free, or born since
  const u64 size = load_relaxed(sample(record).size);
  blocks_[begin].end = address + (size == 0 ? 1 : size);
  births_[begin] = load_relaxed(sample(record).birth_ns);
  records_[begin] = record;
}

// Of two that overlap at most one can be alive: of the other's free nobody told us. Neither is looked for.
void SampleTable::drop_overlaps(u32 n) {
  u64 reached = 0;
  count_ = 0;
  for (u32 i = 0; i < n; ++i) {
    const ScanBlock block = blocks_[i];
    const bool before_next = i + 1 == n || block.end <= blocks_[i + 1].start;
    const bool apart = block.end > block.start && block.start >= reached && before_next;
    if (block.end > reached) reached = block.end;
    if (!apart) continue;
    blocks_[count_] = block;
    births_[count_] = births_[i];
    records_[count_] = records_[i];
    ++count_;
  }
}

u32 SampleTable::site(u32 number) const { return load_relaxed(sample(records_[number]).site); }

bool SampleTable::is_still(u32 number) const {
  const LiveSample& record = sample(records_[number]);
  return load_acquire(record.address) == blocks_[number].start && load_relaxed(record.birth_ns) == births_[number];
}

void SampleTable::store(u32 number, Reach reach) const {
  if (!is_still(number)) return;
  LiveSample& record = sample(records_[number]);
  store_relaxed(record.reach, reach);
  if (!is_still(number)) store_relaxed(record.reach, Reach::kUnknown);  // another sample's by now
}

}  // namespace lw
