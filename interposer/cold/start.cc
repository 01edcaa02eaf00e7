// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/start.h"

#include "interposer/cold/coverage.h"
#include "interposer/cold/governor.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/sampled_free.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/snapshot_file.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/reach/search.h"
#include "interposer/state/family.h"
#include "interposer/state/inherited.h"
#include "interposer/state/live_file.h"
#include "interposer/state/sigbus_mask.h"

namespace lw {
namespace {

// Where a person has fixed the interval, every child is watched alike.
bool is_late() {
  if (load_relaxed(process().interval) == 0) start_governor(monotonic_ns());
  return g_options.interval.bytes == 0 && is_late_child(process().child_number);
}

bool open_everything() {
  const OwnMappings parent = remembered_mappings();
  const bool forked = parent.live != nullptr, late = is_late();
  if (forked && !follows_forks()) return false;
  if (!open_live_file()) return false;
  if (forked) {
    process().live->process_flags |= kProcessForked;
    if (!late) inherit_samples(parent);
    release_mappings(parent);
  }
  remember_mappings({process().live, process().live_bytes, process().live_cells, process().index_bytes});
  doubt_special_blocks();
  record_coverage();
  refresh_mappings();
  schedule_first_work(monotonic_ns());
  return true;
}

}  // namespace

bool start_watching() {
  Process& p = process();
  // In this order: once watching is over, the program may have forbidden every system call.
  if (load_acquire(p.stage) != Stage::kUnknown) return watching();
  if (shares_memory_with_process() || !replace(p.stage, Stage::kUnknown, Stage::kStarting)) return watching();
  store_release(p.starter, sys::thread_id());
  store_relaxed(p.pid, sys::process_id());
  const bool open = g_options.watch && open_everything();
  // Unless it was given up meanwhile: somebody truncates the file that we are reading, or writing.
  const bool decided = replace(p.stage, Stage::kStarting, open ? Stage::kWatching : Stage::kOff);
  if (!decided && open) remove_live_file();
  return decided && open;
}

bool waits_to_start() { return is_late() && age_ns(monotonic_ns()) < kMomentNs; }

void inherit_before_free(const void* block) {
  if (load_acquire(process().stage) != Stage::kUnknown || !g_options.watch) return;
  const OwnMappings parent = remembered_mappings();
  if (parent.live == nullptr || is_late()) return;
  LetSigbusIn in_case_of_loss;
  if (!is_live_sample_of(parent, reinterpret_cast<u64>(block))) return;
  ReentryGuard guard(*claim_slot());
  start_watching();
}

bool dump_for_program() {
  if (load_relaxed(g_started) == 0) return false;
  ReentryGuard guard(*claim_slot());
  return start_watching() && !shares_memory_with_process() && take_snapshot(DumpReason::kRequest);
}

void give_up_watching() {
  g_options.watch = false;
  if (watching()) remove_live_file();
  store_release(process().stage, Stage::kOff);
}

void seal_watching() {
  Process& p = process();
  LetSigbusIn in_case_of_loss;
  g_options.watch = false;  // for children, too
  g_sealed = 1;
  if (!watching() || shares_memory_with_process() || !replace(p.stage, Stage::kWatching, Stage::kOff)) {
    replace(p.stage, Stage::kUnknown, Stage::kOff);
    return;
  }
  const bool written = take_last_snapshot(DumpReason::kSealed);
  store_release(p.live->stage, LiveStage::kExited);
  if (written) remove_live_file();
}

namespace {

// Two threads may end the process at a time. The one that comes second would cut off the last snapshot of the first by
// its exit_group, so it waits; a little longer than the first may wait for a dump that is under way. A signal handler
// that ends the process in the midst of its thread's own last snapshot begins another.
bool is_mine_to_end() {
  constexpr u64 kPatienceNs = 3'000'000'000;
  constexpr i64 kPauseNs = 100'000;
  u32& ending = process().ending;
  const u32 me = sys::thread_id();
  if (replace(ending, 0u, me) || load_acquire(ending) == me) return true;
  const u64 deadline_ns = monotonic_ns() + kPatienceNs;
  for (u32 by; (by = load_acquire(ending)) != kEnded && monotonic_ns() < deadline_ns; sys::sleep_ns(kPauseNs)) {
    if (sys::thread_is_gone(process().pid, by)) return replace(ending, by, me);
  }
  return false;
}

bool is_being_ended() {
  const u32 ending = load_acquire(process().ending);
  return ending != 0 && ending != kEnded;
}

// One of very many children, over in a moment, leaves nothing.
bool is_worth_a_snapshot() {
  const u64 number = process().child_number;
  return !is_late_child(number) || is_chosen_child(number) || age_ns(monotonic_ns()) >= kMomentNs;
}

// True: the live file is of no more use.
bool take_leave(DumpReason why) { return !is_worth_a_snapshot() || take_last_snapshot(why); }

void end_watching() {
  Process& p = process();
  if (!is_mine_to_end()) return;
  if (is_worth_a_snapshot()) search_at_exit();  // before the books are closed: what is freed meanwhile is not lost
  replace(p.stage, Stage::kWatching, Stage::kOff);
  const bool done = take_leave(DumpReason::kExit);
  store_release(p.live->stage, LiveStage::kExited);
  if (done) remove_live_file();
  store_release(p.ending, kEnded);
}

// Another thread may be making the live file at this moment: cut off in the midst of that, it would leave a file that
// nobody can read, and no snapshot. If it is this thread, interrupted by a signal whose handler ends the process, there
// is nothing to wait for.
void wait_for_starter() {
  constexpr u64 kPatienceNs = 2'000'000'000;
  constexpr i64 kPauseNs = 100'000;
  Process& p = process();
  if (load_acquire(p.stage) != Stage::kStarting || shares_memory_with_process()) return;
  const u64 deadline_ns = monotonic_ns() + kPatienceNs;
  while (load_acquire(p.stage) == Stage::kStarting && monotonic_ns() < deadline_ns) {
    const u32 starter = load_acquire(p.starter);
    if (starter == sys::thread_id() || (starter != 0 && sys::thread_is_gone(sys::process_id(), starter))) return;
    sys::sleep_ns(kPauseNs);
  }
}

void leave_for_exec() {
  const bool done = take_leave(DumpReason::kExec);
  store_release(process().live->stage, LiveStage::kExeced);
  if (done) remove_live_file();
}

}  // namespace

void stop_watching(bool exits) {
  wait_for_starter();
  if (!g_options.watch || (stopped_watching() && !(exits && is_being_ended()))) return;
  LetSigbusIn in_case_of_loss;
  if (exits && is_founder()) start_watching();
  if ((!watching() && !is_being_ended()) || shares_memory_with_process()) return;
  exits ? end_watching() : leave_for_exec();
}

}  // namespace lw
