// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/reused_code.h"

#include "interposer/platform/atomic.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

bool overlap(const ReusedCode& range, u64 start, u64 end) { return range.start < end && start < range.end; }

// Of a stack's frames the instruction before the return address counts, as everywhere.
bool passes_through(const ReusedCode& range, const u64* frames, u32 depth) {
  const u64 start = load_relaxed(range.start), end = load_relaxed(range.end);
  for (u32 i = 0; i < depth; ++i) {
    if (frames[i] - 1 >= start && frames[i] - 1 < end) return true;
  }
  return false;
}

// The range that is to be widened; with no room for another one, the last.
ReusedCode& range_for(u64 start, u64 end) {
  ReusedCode* range = process().reused;
  for (u32 i = 0; i + 1 < kReusedRanges; ++i, ++range) {
    if (range->times == 0 || overlap(*range, start, end)) break;
  }
  return *range;
}

}  // namespace

void note_reuse(u64 start, u64 end) {
  ReusedCode& range = range_for(start, end);
  if (range.times == 0 || start < range.start) store_relaxed(range.start, start);
  if (end > range.end) store_relaxed(range.end, end);
  add_relaxed(range.times, u64{1});
  add_relaxed(process().live->reuse_count, u64{1});
}

u64 reuses_of(const u64* frames, u32 depth) {
  if (load_relaxed(process().live->reuse_count) == 0) return 0;
  u64 times = 0;
  for (const ReusedCode& range : process().reused) {
    const u64 here = load_relaxed(range.times);
    if (here == 0) break;
    if (passes_through(range, frames, depth)) times += here;
  }
  return times;
}

}  // namespace lw
