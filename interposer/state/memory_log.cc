// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/memory_log.h"

#include "interposer/platform/allocator_statistics.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/system_memory.h"
#include "interposer/state/live_table.h"
#include "interposer/state/mapped_regions.h"

namespace lw {
namespace {

// Some allocators walk all free blocks for their statistics: ask so rarely that it stays below a thousandth of time. It
// is the thread's own time that counts: a lost time slice of 30 ms would otherwise leave half a minute without them.
// In a young process a rest is no longer than its life so far: of one that lives for a second nothing would be known
// but the books of its first 10 ms.
constexpr u64 kRest = 1000;
constexpr u64 kUsualRestNs = 900'000'000;

u64 at_least(u64 ns, u64 least_ns) { return ns > least_ns ? ns : least_ns; }

// A reader outside skips the place while its time is zero, and looks at the time once more at the end. Each store is a
// release, so that none of the new numbers is seen before the zero.
void write_point(MemoryPoint& place, const MemoryPoint& point) {
  constexpr u32 kNumbers = sizeof(MemoryPoint) / sizeof(u64);
  u64 numbers[kNumbers];
  __builtin_memcpy(numbers, &point, sizeof numbers);
  u64* to = &place.time_ns;
  store_release(to[0], u64{0});
  for (u32 i = 1; i < kNumbers; ++i) store_release(to[i], numbers[i]);
  store_release(to[0], numbers[0]);
}

// Levels are made when points come to them: a short program needs one, and neither pays for the pages of the others nor
// has them looked through at each dump.
bool has_level(u32 level) {
  const u32 need = (level + 1) * kPointsPerLevel, have = used_records(TableId::kMemory);
  return have >= need || take_records(TableId::kMemory, need - have) != kNoRecord;
}

void push(const MemoryPoint& point) {
  MemoryPoint* points = records<MemoryPoint>(TableId::kMemory);
  const u32 levels = span_of(TableId::kMemory).capacity / kPointsPerLevel;
  MemoryPoint moving = point;
  for (u32 level = 0; level < levels && level < kMostLevels && has_level(level); ++level) {
    const u64 count = process().points_in_level[level]++;
    MemoryPoint& place = points[level * kPointsPerLevel + count % kPointsPerLevel];
    const MemoryPoint leaving = place;
    write_point(place, moving);
    if (count < kPointsPerLevel || count % 4 != 0) return;
    moving = leaving;
  }
}

void ask_the_allocator(MemoryPoint& point, u64 now_ns) {
  if (now_ns < process().next_statistics_ns) return;
  const u64 began_ns = thread_cpu_ns();
  const AllocatorStatistics statistics = read_allocator_statistics();
  const u64 cost_ns = thread_cpu_ns() - began_ns;
  const u64 age_ns = now_ns - process().live->start_ns;
  process().next_statistics_ns = now_ns + at_least(cost_ns * kRest, age_ns < kUsualRestNs ? age_ns : kUsualRestNs);
  point.allocator_in_use = statistics.in_use;
  point.allocator_resident = statistics.resident;
  point.allocator_free = statistics.free;
  point.allocator_releasable = statistics.releasable;
}

// What the stacks of threads other than the first have in memory, as far as leakwatch knows them: from the deepest
// place at which it has walked one up to its top. One that ran deeper between two samples is counted short.
u64 resident_stacks() {
  u64 bytes = 0;
  const u32 high = load_acquire(process().slots_high);
  for (u32 i = 0; i < high && i < kThreadSlots; ++i) {
    const ThreadSlot& slot = g_wiped.slots[i];
    const u32 owner = load_relaxed(slot.owner);
    if (owner == 0 || owner == process().pid) continue;
    const u64 low = load_relaxed(slot.stack.low), stack_high = load_relaxed(slot.stack.high);
    if (stack_high > low) bytes += stack_high - low;
  }
  return bytes;
}

void ask_the_system(MemoryPoint& point, u64 now_ns) {
  const SystemMemory memory = read_system_memory(now_ns);
  point.rss_bytes = memory.rss_bytes;
  point.rss_file = memory.rss_file;
  point.rss_shared = memory.rss_shared;
  point.rss_peak = memory.rss_peak;
  point.swapped = memory.swapped;
  point.virtual_bytes = memory.virtual_bytes;
  point.data_bytes = memory.data_bytes;
  point.code_bytes = memory.code_bytes;
  point.stack_bytes = memory.stack_bytes + resident_stacks();
  point.page_faults = memory.page_faults;
  point.cgroup_bytes = memory.cgroup_bytes;
  point.cgroup_limit = memory.cgroup_limit;
  point.pressure_ppm = memory.pressure_ppm;
  store_relaxed(process().live->address_space_limit, memory.address_space_limit);
}

MemoryPoint look(u64 now_ns, bool ask_allocator) {
  MemoryPoint point{};
  point.time_ns = now_ns;
  ask_the_system(point, now_ns);
  point.work = load_relaxed(process().work);
  const LiveTotals& live = process().live_totals;
  point.live_bytes = load_relaxed_f64(live.bytes);
  point.live_bytes_variance = load_relaxed_f64(live.bytes_variance);
  point.live_count = load_relaxed_f64(live.count);
  const Counts counts = total_counts();
  point.allocations = counts.allocations;
  point.frees = counts.frees;
  point.allocated_bytes = counts.allocated_bytes;
  point.mapped_bytes = mapped_bytes();
  point.threads = running_threads();
  point.interval = load_relaxed(process().interval);
  if (ask_allocator) ask_the_allocator(point, now_ns);
  return point;
}

}  // namespace

bool log_memory(u64 now_ns, bool ask_allocator) {
  if (!replace(process().logging, 0u, 1u)) return false;
  const MemoryPoint point = look(now_ns, ask_allocator);
  push(point);
  const LiveHeader& live = *process().live;
  const bool alarm = raises_alarm(process().alarm, point, {live.start_ns, live.address_space_limit});
  publish_counts(now_ns);
  store_release(process().logging, 0u);
  return alarm;
}

}  // namespace lw
