// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/governor.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/next_allocator.h"
#include "interposer/platform/options.h"
#include "interposer/state/family.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"

namespace lw {

constinit u64 g_free_mask = free_mask(4096, true);

u64 age_ns(u64 now_ns) {
  const u64 started_ns = load_relaxed(process().governed_since_ns);
  return now_ns > started_ns ? now_ns - started_ns : 0;
}

namespace {

// What a program is followed densely with at first, however short it will be: some fifty samples, most of them through
// code that was never walked before.
constexpr i64 kFirstBucketNs = 500'000;

// And what is granted on top for what happens once: code walked for the first time, pages of the tables touched for the
// first time (a microsecond each, ten and more in some virtual machines). It comes with the first samples, however few
// they are; taken from the bucket it would widen the interval and save next to nothing.
constexpr i64 kGrantNs = 1'500'000;

// So many samples an interval is given before the next wider one is tried. Walks of unknown code, fresh pages and lost
// time slices make single stays a hundred times as long as the rest; three of them say nothing about what an interval
// costs, but would have widened it eightfold.
constexpr u64 kLeastSamples = 8;

// So long is spending watched before the interval may narrow, or half as long as the process is old: the storm in which
// a program starts must not keep its interval wide for the rest of a short life. And so much of the budget may then be
// used: doubling the rate of samples doubles the spending at most, so a step from below half of this share cannot
// overdraw and be undone.
constexpr u64 kWindowNs = 2'000'000'000;
constexpr u64 kFirstWindowNs = 40'000'000;
constexpr f64 kAffordable = 0.8;

f64 budget_ns(u64 elapsed_ns) { return static_cast<f64>(elapsed_ns) * static_cast<f64>(g_options.budget.ppm) * 1e-6; }

u64 window_ns(u64 now_ns) {
  const u64 half_age = age_ns(now_ns) / 2;
  return half_age > kWindowNs ? kWindowNs : half_age < kFirstWindowNs ? kFirstWindowNs : half_age;
}

// What the bucket holds at most: the budget of two seconds, or of as many as the process is old. With the full bucket
// from the start, a program of a tenth of a second would pay a tenth.
i64 bucket_ns(u64 now_ns) {
  const u64 age = age_ns(now_ns);
  const i64 earned = static_cast<i64>(budget_ns(age < kWindowNs ? age : kWindowNs));
  return earned > kFirstBucketNs ? earned : kFirstBucketNs;
}

// What follows from the interval being what it is.
void announce(u64 interval) {
  Process& p = process();
  // Blocks of the dense beginning live on: what they were placed on stays the finest grain that frees are tested for.
  store_relaxed(p.placement, load_relaxed(g_free_mask) == 0 ? 0 : placement_for(interval));
  if (LiveHeader* live = load_relaxed(p.live); live != nullptr) store_relaxed(live->interval, interval);
}

// Nothing if another thread has changed the interval meanwhile: one overdraft is one step, however many see it.
void step(u64 from, u64 to) {
  if (from != to && replace(process().interval, from, to)) announce(to);
}

void begin_window(u64 now_ns) {
  store_relaxed(process().window_samples, u64{0});
  store_relaxed(process().window_spent_ns, u64{0});
  store_relaxed(process().window_since_ns, now_ns);
}

i64 earned_since_last_charge(u64 now_ns) {
  Process& p = process();
  const u64 last_ns = load_relaxed(p.tokens_at_ns);
  if (now_ns <= last_ns || !replace(p.tokens_at_ns, last_ns, now_ns)) return 0;
  return static_cast<i64>(budget_ns(now_ns - last_ns));
}

// How much of it is granted; the rest is the bucket's, like all else.
u64 grant(u64 once_ns) {
  const i64 left_ns = load_relaxed(process().grant_ns);
  if (left_ns <= 0) return 0;
  const u64 granted_ns = once_ns < static_cast<u64>(left_ns) ? once_ns : static_cast<u64>(left_ns);
  add_relaxed(process().grant_ns, -static_cast<i64>(granted_ns));
  return granted_ns;
}

bool table_has_room_for_twice(u64 samples) { return samples * 2 <= live_sample_capacity() / 2; }

// The densest interval, in steps of two, that the spending of a whole window says can be paid for. A half-full live
// table holds it back too: a denser beginning of new samples would only make the thinner throw away old ones.
u64 affordable_interval(u64 interval, u64 spent_ns, u64 elapsed_ns) {
  u64 samples = live_sample_count();
  f64 cost_ns = static_cast<f64>(spent_ns) * 2;
  while (interval > kFirstInterval && cost_ns <= kAffordable * budget_ns(elapsed_ns) &&
         table_has_room_for_twice(samples)) {
    interval /= 2;
    cost_ns *= 2;
    samples *= 2;
  }
  return interval < kFirstInterval ? kFirstInterval : interval;
}

}  // namespace

u64 placement_for(u64 interval) {
  if (interval < 4096 || g_neighbour == Neighbour::kTcmallocDebug) return 0;
  u64 placement = 1024;
  while (placement < 4096 && placement * 2 <= interval / 16) placement *= 2;
  return placement;
}

// A late child begins sparsely, with nothing lent and nothing granted; if it lives on, its interval narrows like any.
void start_governor(u64 now_ns) {
  Process& p = process();
  p.child_number = is_founder() ? 0 : join_family();
  const bool late = is_late_child(p.child_number);
  const u64 densest = g_options.interval.bytes != 0 ? g_options.interval.bytes : kFirstInterval;
  const u64 interval = late && g_options.interval.bytes == 0 ? kLateInterval : densest;
  store_relaxed(g_free_mask, free_mask(placement_for(densest), g_neighbour == Neighbour::kGlibc));
  store_relaxed(p.interval, interval);
  announce(interval);
  store_relaxed(p.governed_since_ns, now_ns);
  store_relaxed(p.tokens_ns, late ? i64{0} : bucket_ns(now_ns));
  store_relaxed(p.grant_ns, late ? i64{0} : kGrantNs);
  store_relaxed(p.tokens_at_ns, now_ns);
  begin_window(now_ns);
}

void widen_interval_to(u64 interval) {
  u64 seen = load_relaxed(process().interval);
  while (seen < interval && !replace(process().interval, seen, interval)) seen = load_relaxed(process().interval);
  if (seen >= interval) return;
  announce(interval);
  u32& flags = process().live->process_flags;
  store_relaxed(flags, load_relaxed(flags) & ~static_cast<u32>(kProcessExact));
}

// Several threads may charge at once. Each step is a single atomic operation on one field, and the worst that a race
// between them does is to grant or forget some microseconds, which the next charges mend.
void charge(Occasion occasion, u64 cost_ns, u64 once_ns, u64 now_ns) {
  if (g_options.interval.bytes != 0) return;  // fixed by a person
  Process& p = process();
  const u64 interval = load_relaxed(p.interval);
  const i64 change_ns = earned_since_last_charge(now_ns) - static_cast<i64>(cost_ns - grant(once_ns));
  const i64 tokens_ns = add_relaxed(p.tokens_ns, change_ns) + change_ns;
  const u64 usual_ns = cost_ns - once_ns;
  const u64 spent_ns = add_relaxed(p.window_spent_ns, usual_ns) + usual_ns;
  const u64 samples = occasion == Occasion::kSample ? add_relaxed(p.window_samples, u64{1}) + 1 : 0;
  const i64 full_ns = bucket_ns(now_ns);
  if (tokens_ns < 0) {
    if (samples < kLeastSamples) return;
    if (interval < kWidestInterval) step(interval, interval * 2);
    store_relaxed(p.tokens_ns, i64{0});  // what the old interval owes is not the new one's debt
    begin_window(now_ns);
    return;
  }
  if (tokens_ns > full_ns) store_relaxed(p.tokens_ns, full_ns);

  const u64 since_ns = load_relaxed(p.window_since_ns);
  if (now_ns < since_ns + window_ns(now_ns) || !replace(p.window_since_ns, since_ns, now_ns)) return;
  store_relaxed(p.window_samples, u64{0});
  store_relaxed(p.window_spent_ns, u64{0});
  step(interval, affordable_interval(interval, spent_ns, now_ns - since_ns));
}

}  // namespace lw
