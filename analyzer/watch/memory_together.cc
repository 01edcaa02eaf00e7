// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/watch/board.h"

namespace lw {
namespace {

constexpr size_t kPoints = 256;

u64 end_of(const Process& process) { return process.memory.empty() ? 0 : process.memory.back().time_ns; }

std::vector<MemoryPoint> own_points(const Process& process, u64 from_ns) {
  std::vector<MemoryPoint> points;
  for (const MemoryPoint& point : process.memory) {
    if (point.time_ns < from_ns) continue;
    points.push_back(point);
    points.back().time_ns -= from_ns;
  }
  return points;
}

void add(MemoryPoint& sum, const MemoryPoint& point) {
  sum.rss_bytes += point.rss_bytes;
  sum.live_bytes += point.live_bytes;
  sum.live_bytes_variance += point.live_bytes_variance;
  sum.allocator_free += point.allocator_free;
  sum.allocator_in_use += point.allocator_in_use;
  sum.threads += point.threads;
}

// The last point up to each moment counts.
void add_points(std::vector<MemoryPoint>& sums, u64 from_unix_ns, const Process& process) {
  size_t next = 0;
  for (MemoryPoint& sum : sums) {
    const u64 unix_ns = from_unix_ns + sum.time_ns;
    const auto is_past = [&](const MemoryPoint& point) { return process.start_unix_ns + point.time_ns <= unix_ns; };
    while (next < process.memory.size() && is_past(process.memory[next])) ++next;
    if (next > 0) add(sum, process.memory[next - 1]);
  }
}

}  // namespace

std::vector<MemoryPoint> memory_together(const std::vector<const Process*>& processes, u64 from_unix_ns) {
  u64 begin_unix_ns = ~u64{0}, end_unix_ns = 0;
  for (const Process* process : processes) {
    if (process->memory.empty()) continue;
    begin_unix_ns = std::min(begin_unix_ns, process->start_unix_ns);
    end_unix_ns = std::max(end_unix_ns, process->start_unix_ns + end_of(*process));
  }
  if (end_unix_ns == 0) return {};
  begin_unix_ns = std::clamp(from_unix_ns, begin_unix_ns, end_unix_ns);
  if (processes.size() == 1) return own_points(*processes.front(), begin_unix_ns - processes.front()->start_unix_ns);
  std::vector<MemoryPoint> sums(kPoints);
  for (size_t i = 0; i < kPoints; ++i) sums[i].time_ns = (end_unix_ns - begin_unix_ns) * (i + 1) / kPoints;
  for (const Process* process : processes) add_points(sums, begin_unix_ns, *process);
  return sums;
}

}  // namespace lw
