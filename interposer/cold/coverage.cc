// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/coverage.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/log.h"
#include "interposer/platform/options.h"
#include "interposer/state/drops.h"
#include "interposer/state/process.h"
#include "interposer/state/sigbus_mask.h"

namespace lw {

constinit bool g_covered = true;

namespace {

u64 g_libraries;  // inherited by a forked child, with the libraries themselves

void tell_once(const char* path) {
  static u32 told = 0;
  if (!replace(told, 0u, 1u)) return;
  say(Sentence() << path << " is loaded so that it finds another malloc than the program's (RTLD_DEEPBIND or dlmopen): "
                 << "what it allocates itself is not seen.");
}

}  // namespace

void notice_uncovered_library(const char* path) {
  if (!g_options.watch || stopped_watching()) return;
  LetSigbusIn in_case_of_loss;
  add_relaxed(g_libraries, u64{1});
  count_drop(DropReason::kNotCovered);  // if there is a live file by now
  tell_once(path);
}

void record_coverage() {
  if (!g_covered) process().live->process_flags |= kProcessNotCovered;
  if (const u64 count = load_relaxed(g_libraries); count != 0) count_drop(DropReason::kNotCovered, 0, count);
}

}  // namespace lw
