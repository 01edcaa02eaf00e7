// SPDX-License-Identifier: Apache-2.0
// Typed access to the tables of the mapped live file, and the one way to take new records from them.
//
// A page of the live file must be backed before it is written: on a full tmpfs the first store to it would be a
// SIGBUS. So records are handed out only below a watermark up to which the kernel has confirmed the pages.
#pragma once

#include "interposer/platform/atomic.h"
#include "interposer/platform/pages.h"
#include "interposer/state/process.h"

namespace lw {

inline TableSpan& span_of(TableId id) { return process().live->tables[static_cast<u32>(id)]; }

template <class T>
T* records(TableId id) {
  return reinterpret_cast<T*>(reinterpret_cast<u8*>(process().live) + span_of(id).offset);
}

inline u32 used_records(TableId id) {
  const TableSpan& span = span_of(id);
  const u64 used = load_acquire(span.used);
  return used < span.capacity ? static_cast<u32>(used) : span.capacity;
}

// Makes sure that the first `count` records of the table may be written. 64 KiB at a time; 16 up to the first 64,
// because the kernel takes a microsecond for three pages, and most tables of a short program stay small.
inline bool reserve_records(TableId id, u64 count) {
  const TableSpan& span = span_of(id);
  u64& reserved = process().reserved[static_cast<u32>(id)];
  const u64 need = count * span.record_bytes;
  const u64 have = load_acquire(reserved);
  if (need <= have) return true;
  const u64 step = need <= 64 << 10 ? 16 << 10 : 64 << 10;
  const u64 end = (static_cast<u64>(span.capacity) * span.record_bytes + 4095) & ~u64{4095};
  u64 wanted = (need + step - 1) & ~(step - 1);
  if (wanted > end) wanted = end;
  if (!back_pages(reinterpret_cast<u8*>(process().live) + span.offset + have, wanted - have)) return false;
  raise_to(reserved, wanted);
  return true;
}

inline constexpr u32 kNoRecord = ~u32{0};

// `count` fresh, zeroed, consecutive records; the number of the first, or kNoRecord if the table is full. Records
// are never given back this way (the live set keeps a free list of its own).
inline u32 take_records(TableId id, u32 count) {
  TableSpan& span = span_of(id);
  u64 used = load_relaxed(span.used);
  do {
    if (used + count > span.capacity || !reserve_records(id, used + count)) return kNoRecord;
  } while (!__atomic_compare_exchange_n(&span.used, &used, used + count, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  return static_cast<u32>(used);
}

inline bool nearly_full(TableId id) {
  const TableSpan& span = span_of(id);
  return load_relaxed(span.used) > span.capacity - span.capacity / 8;
}

}  // namespace lw
