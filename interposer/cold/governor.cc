// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/governor.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/options.h"
#include "interposer/state/live_table.h"

namespace lw {

constinit u64 g_free_mask = free_mask(4096);

namespace {

// What the bucket holds at most: two seconds of budget, and never less than lets a short program be followed densely.
constexpr i64 kLeastBucketNs = 4'000'000;
constexpr u64 kCalmNs = 2'000'000'000;  // so long must spending stay below a quarter of the budget to narrow again

i64 bucket_ns() {
  const i64 two_seconds = static_cast<i64>(g_options.budget.ppm * 2000);
  return two_seconds > kLeastBucketNs ? two_seconds : kLeastBucketNs;
}

void set_interval(u64 interval) {
  Process& p = process();
  store_relaxed(p.interval, interval);
  // Blocks of the dense beginning live on: what they were placed on stays the finest grain that frees are tested for.
  const u64 placement = placement_for(interval);
  store_relaxed(p.placement, g_free_mask == 0 ? 0 : placement);
  if (LiveHeader* live = load_relaxed(p.live); live != nullptr) store_relaxed(live->interval, interval);
}

}  // namespace

u64 placement_for(u64 interval) {
  if (interval < 4096) return 0;
  u64 placement = 256;
  while (placement < 4096 && placement * 2 <= interval / 16) placement *= 2;
  return placement;
}

void start_governor(u64 now_ns) {
  Process& p = process();
  const u64 interval = g_options.interval.bytes != 0 ? g_options.interval.bytes : kFirstInterval;
  store_relaxed(g_free_mask, free_mask(placement_for(interval)));
  set_interval(interval);
  store_relaxed(p.tokens_ns, bucket_ns());
  store_relaxed(p.tokens_at_ns, now_ns);
  store_relaxed(p.calm_since_ns, now_ns);
}

void widen_interval_to(u64 interval) {
  u64 seen = load_relaxed(process().interval);
  if (seen >= interval) return;
  set_interval(interval < kWidestInterval ? interval : kWidestInterval);
  if (LiveHeader* live = process().live; live != nullptr) {
    live->process_flags &= ~static_cast<u32>(kProcessExact);
  }
}

// Several threads may charge at once. Each step is a single atomic operation on one field, and the worst that a race
// between them does is to grant or charge some microseconds twice, or to step the interval twice: both are mended
// by the next charges.
void charge(u64 cost_ns, u64 now_ns) {
  if (g_options.interval.bytes != 0) return;  // fixed by a person
  Process& p = process();
  const u64 last_ns = load_relaxed(p.tokens_at_ns);
  const u64 elapsed_ns = now_ns > last_ns ? now_ns - last_ns : 0;
  i64 earned_ns = 0;
  if (elapsed_ns > 0 && replace(p.tokens_at_ns, last_ns, now_ns)) {
    earned_ns = static_cast<i64>(static_cast<f64>(elapsed_ns) * static_cast<f64>(g_options.budget.ppm) * 1e-6);
  }
  const i64 change_ns = earned_ns - static_cast<i64>(cost_ns);
  const i64 tokens_ns = add_relaxed(p.tokens_ns, change_ns) + change_ns;
  const i64 full_ns = bucket_ns();
  const u64 interval = load_relaxed(p.interval);

  if (tokens_ns < 0) {
    if (interval < kWidestInterval) set_interval(interval * 2);
    store_relaxed(p.tokens_ns, full_ns / 8);  // grace, so that the wider interval can show what it costs
    store_relaxed(p.calm_since_ns, now_ns);
  } else if (tokens_ns > full_ns) {
    store_relaxed(p.tokens_ns, full_ns);
  }
  // Below three quarters of the bucket is not calm.
  if (tokens_ns < full_ns - full_ns / 4) store_relaxed(p.calm_since_ns, now_ns);
  const u64 calm_since_ns = load_relaxed(p.calm_since_ns);
  if (interval > kFirstInterval && now_ns > calm_since_ns + kCalmNs && replace(p.calm_since_ns, calm_since_ns, now_ns)) {
    set_interval(interval / 2);
  }
}

}  // namespace lw
