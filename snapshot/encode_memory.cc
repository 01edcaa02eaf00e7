// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot: the memory log.
// Freestanding: runs in the watched process, in signal handlers too.
#include "snapshot/encoding.h"

namespace lw {
namespace {

void load_point(const Encoding& encoding, const MemoryPoint& point, u64 (&fields)[kMemoryFields]) {
  const u64* from = &point.time_ns;
  for (u32 f = 0; f < kMemoryFields; ++f) {
    const u64 word = load_acquire(from[f]);
    fields[f] = memory_field_is_real(f) ? rounded(__builtin_bit_cast(f64, word)) : word;
  }
  fields[0] = encoding.since_start(fields[0]);
}

}  // namespace

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
  out.varint(kMemoryFields);
  u64 before[kMemoryFields] = {};
  bool first = true;
  for (u64 i = 0; i < count; ++i) {
    const MemoryPoint& point = memory[keys[i] % kSortWindow];
    const u64 time_ns = load_acquire(point.time_ns);
    u64 fields[kMemoryFields];
    load_point(encoding, point, fields);
    if (!still_is(point.time_ns, time_ns) || (!first && fields[0] <= before[0])) {
      continue;
    }
    first = false;
    out.record();
    for (u32 f = 0; f < kMemoryFields; ++f) {
      out.difference(fields[f], before[f]);
      before[f] = fields[f];
    }
  }
  out.end();
}

}  // namespace lw
