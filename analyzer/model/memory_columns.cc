// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/memory_columns.h"

#include <algorithm>

namespace lw {
namespace {

MemoryColumn column_of(const MemoryPoint& point) {
  MemoryColumn column;
  column.at_s = static_cast<f64>(point.time_ns) * 1e-9;
  column.live_bytes = difference_of(point.live_bytes, point.live_bytes_variance);
  column.live_bytes.low = std::max(0.0, column.live_bytes.low);
  column.allocator_in_use = static_cast<f64>(point.allocator_in_use);
  column.allocator_free = static_cast<f64>(point.allocator_free);
  column.rss_bytes = static_cast<f64>(point.rss_bytes);
  column.threads = point.threads;
  return column;
}

}  // namespace

std::vector<MemoryColumn> memory_columns(std::span<const MemoryPoint> log, size_t count) {
  std::vector<MemoryColumn> columns;
  if (log.empty()) return columns;
  const f64 end_s = static_cast<f64>(log.back().time_ns) * 1e-9;
  size_t next = 0;  // of the points that are not past yet
  for (size_t i = 1; i <= count; ++i) {
    const f64 until_s = end_s * static_cast<f64>(i) / static_cast<f64>(count);
    while (next < log.size() && (i == count || static_cast<f64>(log[next].time_ns) * 1e-9 <= until_s)) ++next;
    columns.push_back(next == 0 ? MemoryColumn{} : column_of(log[next - 1]));
    columns.back().at_s = until_s;
  }
  return columns;
}

}  // namespace lw
