// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/start.h"

#include "interposer/cold/coverage.h"
#include "interposer/cold/governor.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/snapshot_file.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/reach/search.h"
#include "interposer/state/inherited.h"
#include "interposer/state/live_file.h"

namespace lw {
namespace {

u32 g_first_pid;  // of the process that ld.so started; forked children have another

bool open_everything() {
  const OwnMappings parent = remembered_mappings();
  const bool forked = parent.live != nullptr;
  if (forked && !follows_forks()) return false;
  if (load_relaxed(process().interval) == 0) start_governor(monotonic_ns());
  if (!open_live_file()) return false;
  if (forked) {
    process().live->process_flags |= kProcessForked;
    inherit_samples(parent);
    release_mappings(parent);
  }
  remember_mappings({process().live, process().live_bytes, process().live_cells, process().index_bytes});
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
  store_relaxed(p.pid, sys::process_id());
  const bool open = g_options.watch && open_everything();
  // Unless it was given up meanwhile: somebody truncates the file that we are reading, or writing.
  const bool decided = replace(p.stage, Stage::kStarting, open ? Stage::kWatching : Stage::kOff);
  if (!decided && open) remove_live_file();
  return decided && open;
}

void inherit_before_free(const void* block) {
  if (load_acquire(process().stage) != Stage::kUnknown || !g_options.watch) return;
  const OwnMappings parent = remembered_mappings();
  if (parent.live == nullptr || !is_live_sample_of(parent, reinterpret_cast<u64>(block))) return;
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

void note_first_process() {
  g_first_pid = sys::process_id();
  process().pid = g_first_pid;
}

void stop_watching(bool exits) {
  Process& p = process();
  if (stopped_watching() || !g_options.watch) return;
  if (exits && sys::process_id() == g_first_pid) start_watching();
  if (!watching() || shares_memory_with_process()) return;
  if (exits) search_at_exit();  // before the books are closed: what is freed meanwhile is not lost
  if (exits && !replace(p.stage, Stage::kWatching, Stage::kOff)) return;
  const bool written = take_last_snapshot(exits ? DumpReason::kExit : DumpReason::kExec);
  store_release(p.live->stage, exits ? LiveStage::kExited : LiveStage::kExeced);
  if (written) remove_live_file();
}

}  // namespace lw
