// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/account.h"

#include "interposer/dump/mappings.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

// The clock runs on while another process has this processor. On a busy machine a sample in a few thousand would be
// charged with whole time slices, and the interval widen for nothing. No stay really takes this long: it is taken for
// one of the length that they have on average. (Charged with this limit itself, two threads that sample at 4 KiB beside
// a dozen other processes were told to spend 1.7 times what perf saw.)
constexpr u64 kLongestStayNs = 200'000;

// The way into the slow path, out of it again, and this here, which lie outside of the clock: between nothing and 0.28
// µs by what perf saw of millions of stays in hot and in cold caches (docs/overhead.md).
constexpr u64 kWayNs = 100;

// What a stay takes at most when nothing happens in it for the first time, with a deep stack and cold caches.
constexpr u64 kWarmStayNs = 5'000;

u64 usual_stay_ns() {
  const Receipt& receipt = process().live->receipt;
  const u64 stays = load_relaxed(receipt.samples) + load_relaxed(receipt.sampled_frees);
  const u64 usual_ns = load_relaxed(receipt.slow_ns) / (stays + 1);
  return usual_ns < kLongestStayNs ? usual_ns : kLongestStayNs;
}

u64 at_most(u64 ns, u64 limit_ns) { return ns < limit_ns ? ns : limit_ns; }

u64 beyond(u64 ns, u64 limit_ns) { return ns > limit_ns ? ns - limit_ns : 0; }

// Returns how long it took.
u64 settle_unloading() {
  if (!is_unloading_unsettled()) return 0;
  const u64 began_ns = monotonic_ns(), cpu_ns = thread_cpu_ns();
  refresh_after_unloading();
  const u64 now_ns = monotonic_ns();
  account_work(thread_cpu_ns() - cpu_ns, now_ns);
  return now_ns - began_ns;
}

}  // namespace

UnwindResult take_stack(u64* frames, u32 capacity, ThreadSlot& slot, WalkTime* walks) {
  walks->settled_ns = settle_unloading();
  const u64 began_ns = monotonic_ns();
  const UnwindResult walk = unwind(frames, capacity, &slot.stack);
  walks->ns = monotonic_ns() - began_ns;
  walks->cold_ns = walk.cold != 0 ? walks->ns : 0;
  if (walk.cold != 0) add_relaxed(process().live->receipt.cold_frames, u64{walk.cold});
  return walk;
}

void account(Occasion occasion, u64 elapsed_ns, WalkTime walks, u64 now_ns) {
  const u64 stay_ns = elapsed_ns - walks.settled_ns;
  const u64 cost_ns = stay_ns < kLongestStayNs ? stay_ns + kWayNs : usual_stay_ns();
  Receipt& receipt = process().live->receipt;
  add_relaxed(receipt.slow_ns, cost_ns);
  add_relaxed(receipt.unwind_ns, at_most(walks.ns, cost_ns));
  const u64 cold_ns = at_most(walks.cold_ns, cost_ns);
  charge(occasion, cost_ns, cold_ns + beyond(cost_ns - cold_ns, kWarmStayNs), now_ns);
}

void account_looks(u64 began_ns) {
  const u64 now_ns = monotonic_ns();
  const u64 cost_ns = at_most(now_ns - began_ns, kWarmStayNs) * kLooksPerTimed;
  add_relaxed(process().live->receipt.slow_ns, cost_ns);
  charge(Occasion::kOther, cost_ns, 0, now_ns);
}

void account_work(u64 cpu_ns, u64 now_ns) {
  add_relaxed(process().live->receipt.slow_ns, cpu_ns);
  charge(Occasion::kOther, cpu_ns, cpu_ns, now_ns);
}

}  // namespace lw
