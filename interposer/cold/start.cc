// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/start.h"

#include "interposer/cold/governor.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/snapshot_file.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/inherited.h"
#include "interposer/state/live_file.h"

namespace lw {
namespace {

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
  refresh_mappings();
  schedule_first_work(monotonic_ns());
  return true;
}

}  // namespace

bool start_watching() {
  Process& p = process();
  if (!replace(p.stage, Stage::kUnknown, Stage::kStarting)) return watching();
  store_relaxed(p.pid, sys::process_id());
  const bool open = g_options.watch && open_everything();
  store_release(p.stage, open ? Stage::kWatching : Stage::kOff);
  return open;
}

bool dump_for_program() {
  if (load_relaxed(g_started) == 0) return false;
  ReentryGuard guard(*claim_slot());
  return start_watching() && sys::process_id() == process().pid && take_snapshot(DumpReason::kRequest);
}

void give_up_watching() {
  g_options.watch = false;
  if (watching()) remove_live_file();
  store_release(process().stage, Stage::kOff);
}

void seal_watching() {
  Process& p = process();
  g_options.watch = false;  // for children, too
  if (!watching() || sys::process_id() != p.pid || !replace(p.stage, Stage::kWatching, Stage::kOff)) {
    replace(p.stage, Stage::kUnknown, Stage::kOff);
    return;
  }
  const bool written = take_last_snapshot(DumpReason::kSealed);
  store_release(p.live->stage, LiveStage::kExited);
  if (written) remove_live_file();
}

void stop_watching(bool exits) {
  Process& p = process();
  // A vfork child that calls _exit or exec shares our memory but is not this process.
  if (!watching() || sys::process_id() != p.pid) return;
  if (exits && !replace(p.stage, Stage::kWatching, Stage::kOff)) return;
  const bool written = take_last_snapshot(exits ? DumpReason::kExit : DumpReason::kExec);
  store_release(p.live->stage, exits ? LiveStage::kExited : LiveStage::kExeced);
  if (written) remove_live_file();
}

}  // namespace lw
