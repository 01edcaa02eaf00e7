// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/alarm.h"

namespace lw {
namespace {

constexpr u64 kSecondNs = 1'000'000'000;
constexpr u64 kShortestStepNs = kSecondNs / 2;
constexpr u64 kWarmUpNs = 60 * kSecondNs;
constexpr u64 kFirstPauseNs = 10 * kSecondNs;
constexpr u64 kLeastRise = 4 << 20;
constexpr u64 kPressurePpm = 100'000;

void add(Trend& trend, u64 value) {
  u64& place = trend.values[trend.count % kTrendPoints];
  if (trend.count >= kTrendPoints && place > trend.highest_before) trend.highest_before = place;
  place = value;
  ++trend.count;
}

// Mann-Kendall: of all pairs of points, how many rise, less how many fall. Its variance without a trend is
// n (n - 1) (2 n + 5) / 18 (Kendall 1975).
bool rises_significantly(const Trend& trend) {
  constexpr i64 n = kTrendPoints;
  constexpr i64 kVariance = n * (n - 1) * (2 * n + 5) / 18;
  constexpr i64 kZ = 4;
  i64 sum = 0;
  for (u64 i = 0; i + 1 < kTrendPoints; ++i) {
    const u64 earlier = trend.values[(trend.count + i) % kTrendPoints];
    for (u64 j = i + 1; j < kTrendPoints; ++j) {
      const u64 later = trend.values[(trend.count + j) % kTrendPoints];
      sum += later > earlier ? 1 : later < earlier ? -1 : 0;
    }
  }
  return sum > 0 && sum * sum >= kZ * kZ * kVariance;
}

bool grows(const Trend& trend) {
  if (trend.count <= kTrendPoints) return false;
  const u64 oldest = trend.values[trend.count % kTrendPoints];
  const u64 newest = trend.values[(trend.count - 1) % kTrendPoints];
  const bool rose = newest > oldest && newest - oldest >= kLeastRise && newest - oldest >= oldest / 10;
  const bool never_so_high = newest > trend.highest_before + trend.highest_before / 10;
  return rose && never_so_high && rises_significantly(trend);
}

// 1 from 90 % on, then one more each time that half of what was left is gone, up to 4.
u32 fill_step(u64 used, u64 limit) {
  if (limit == 0) return 0;
  u64 left = limit / 10;
  u32 step = 0;
  for (; step < 4 && used >= limit - left; ++step) left /= 2;
  return step;
}

bool may_now(u64& next_ns, u64& pause_ns, u64 now_ns) {
  if (now_ns < next_ns) return false;
  pause_ns = pause_ns == 0 ? kFirstPauseNs : 2 * pause_ns;
  next_ns = now_ns + pause_ns;
  return true;
}

bool is_short(AlarmState& state, const MemoryPoint& point, const AlarmLimits& limits) {
  const u32 group = fill_step(point.cgroup_bytes, point.cgroup_limit);
  const u32 space = fill_step(point.virtual_bytes, limits.address_space_limit);
  const u32 waiting = point.pressure_ppm >= kPressurePpm ? 1 : 0;
  u32 step = group > space ? group : space;
  if (waiting > step) step = waiting;
  if (step > state.step) {
    if (state.step == 0) may_now(state.next_shortage_ns, state.shortage_pause_ns, point.time_ns);
    state.step = step;
    return true;
  }
  if (step == 0 && point.time_ns >= state.next_shortage_ns) state.step = 0;
  return false;
}

}  // namespace

bool raises_alarm(AlarmState& state, const MemoryPoint& point, const AlarmLimits& limits) {
  if (state.last_point_ns != 0 && point.time_ns - state.last_point_ns < kShortestStepNs) return false;
  state.last_point_ns = point.time_ns;
  add(state.live, static_cast<u64>(point.live_bytes > 0 ? point.live_bytes : 0));
  add(state.resident, point.rss_bytes);
  if (is_short(state, point, limits)) return true;
  if (point.time_ns - limits.start_ns < kWarmUpNs) return false;
  return (grows(state.live) || grows(state.resident)) &&
         may_now(state.next_growth_ns, state.growth_pause_ns, point.time_ns);
}

}  // namespace lw
