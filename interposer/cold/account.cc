// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/account.h"

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

}  // namespace

WalkTime time_of_walk(const UnwindResult& walk, u64 began_ns) {
  const u64 ns = monotonic_ns() - began_ns;
  if (walk.cold == 0) return {ns, 0};
  add_relaxed(process().live->receipt.cold_frames, u64{walk.cold});
  return {ns, ns};
}

void account(Occasion occasion, u64 elapsed_ns, WalkTime walks, u64 now_ns) {
  const u64 cost_ns = elapsed_ns < kLongestStayNs ? elapsed_ns + kWayNs : usual_stay_ns();
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
