// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/trigger.h"

#include "interposer/dump/mappings.h"
#include "interposer/dump/snapshot_file.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/keep_errno.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/reach/search.h"
#include "interposer/state/memory_log.h"
#include "interposer/state/process.h"
#include "interposer/state/sigbus_mask.h"
#include "interposer/state/signal_actions.h"

namespace lw {
namespace {

constexpr u64 kSecondNs = 1'000'000'000;
constexpr u64 kFirstPointNs = 10'000'000;

// Moves `due` on by `step`, doubling the step up to `longest`. True for the one thread that did it.
bool claim(u64& due, u64& step, u64 longest, u64 now_ns) {
  const u64 seen = load_relaxed(due);
  if (seen == 0 || now_ns < seen) return false;
  const u64 doubled = load_relaxed(step) * 2;
  const u64 next = doubled < longest ? doubled : longest;
  if (!replace(due, seen, now_ns + next)) return false;
  store_relaxed(step, next);
  return true;
}

bool (*g_begin)();

// A process that has not come to its first sample is asked, too: nothing was seen so far, and that is an answer.
bool is_or_begins_watched() { return !shares_memory_with_process() && (watching() || g_begin()); }

void on_signal(int, siginfo_t*, void*) {
  KeepErrno keep;
  LetSigbusIn in_case_of_loss;
  if (!is_or_begins_watched()) return;
  search_in_fork();
  take_snapshot(DumpReason::kSignal);
}

}  // namespace

void schedule_first_work(u64 now_ns) {
  Process& p = process();
  p.point_step_ns = kFirstPointNs;
  store_relaxed(p.next_point_ns, now_ns + kFirstPointNs);
  const u64 period_ns = g_options.period.ns;
  p.dump_step_ns = period_ns < kSecondNs ? period_ns : kSecondNs;
  store_relaxed(p.next_dump_ns, period_ns == 0 ? 0 : now_ns + p.dump_step_ns);
}

u64 run_due_work(u64 now_ns, bool in_signal) {
  Process& p = process();
  const bool point = claim(p.next_point_ns, p.point_step_ns, kSecondNs, now_ns);
  const bool dump = claim(p.next_dump_ns, p.dump_step_ns, g_options.period.ns, now_ns);
  const bool map = mappings_are_due(now_ns);
  if (!point && !dump && !map) return 0;
  if (!watching() || shares_memory_with_process()) return 0;
  const u64 began_ns = point || map ? thread_cpu_ns() : 0;
  if (map) refresh_mappings();
  const bool alarm = point && log_memory(now_ns, !in_signal);
  if (point) tend_search_child();
  const u64 spent_ns = point || map ? thread_cpu_ns() - began_ns : 0;
  if (!alarm && !dump) return spent_ns;
  search_in_fork();
  take_snapshot(alarm ? DumpReason::kAlarm : DumpReason::kPeriod);
  return spent_ns;
}

void install_signal_handler(bool (*begin)()) {
  g_begin = begin;
  const int number = g_options.signal.number;
  if (number != 0) offer_handler(number, on_signal, Manners::kGiveWay);
}

}  // namespace lw
