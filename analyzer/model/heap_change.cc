// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/heap_change.h"

namespace lw {
namespace {

// One behind the last profile taken until then; 0 if all are later.
size_t profiles_until(const Process& process, u64 unix_ns) {
  size_t count = 0;
  while (count < process.profiles.size() && process.profiles[count].taken_unix_ns <= unix_ns) ++count;
  return count;
}

HeapSums sums_at(const Process& process, u32 series, size_t profile_count) {
  HeapSums sums;
  for (const SeriesPoint& point : process.series[series].points) {
    if (point.profile >= profile_count) break;
    sums = {point.allocated.count, point.allocated.bytes, point.allocated.count - point.freed.count,
            point.allocated.bytes - point.freed.bytes};
  }
  return sums;
}

}  // namespace

HeapSums heap_of(const Assessment& site) {
  return {site.allocated.count, site.allocated.bytes, site.live_count.value, site.live_bytes.value};
}

HeapSums heap_change(const Process& process, const Assessment& site, u64 since_unix_ns) {
  const size_t before = profiles_until(process, since_unix_ns);
  HeapSums change;
  for (const u32 series : site.series) {
    const HeapSums then = sums_at(process, series, before), now = sums_at(process, series, process.profiles.size());
    change.allocated_count += now.allocated_count - then.allocated_count;
    change.allocated_bytes += now.allocated_bytes - then.allocated_bytes;
    change.live_count += now.live_count - then.live_count;
    change.live_bytes += now.live_bytes - then.live_bytes;
  }
  return change;
}

f64 change_lasted_s(const Process& process, u64 since_unix_ns) {
  const size_t before = profiles_until(process, since_unix_ns);
  return process.newest().taken_s - (before == 0 ? 0 : process.profiles[before - 1].taken_s);
}

}  // namespace lw
