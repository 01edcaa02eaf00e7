// SPDX-License-Identifier: Apache-2.0
// While leakwatch is at work on a thread, what that work itself allocates (libunwind, dlsym, a signal handler that
// interrupts us) must neither be sampled nor use up the countdown, or the next real allocation would inherit it.
// The countdown is put aside and replaced by one that cannot run out; the hot path needs no extra test.
#pragma once

#include "interposer/platform/keep_errno.h"
#include "interposer/state/drops.h"

namespace lw {

class ReentryGuard {
 public:
  explicit ReentryGuard(ThreadSlot& slot) : slot_(slot) {
    slot.muted_countdown = slot.countdown;
    slot.muted_allocations = slot.allocations;
    slot.muted_frees = slot.frees;
    __atomic_store_n(&slot.muted, u64{1}, __ATOMIC_RELEASE);
    slot.countdown = kNeverSample;
  }
  ~ReentryGuard() {
    const u64 unseen_bytes = static_cast<u64>(kNeverSample - slot_.countdown);
    const u64 unseen = slot_.allocations - slot_.muted_allocations;
    if (unseen != 0) count_drop(DropReason::kMuted, static_cast<f64>(unseen_bytes), unseen);
    slot_.countdown = slot_.muted_countdown;
    slot_.allocations = slot_.muted_allocations;
    slot_.frees = slot_.muted_frees;
    __atomic_store_n(&slot_.muted, u64{0}, __ATOMIC_RELEASE);
  }
  ReentryGuard(const ReentryGuard&) = delete;
  ReentryGuard& operator=(const ReentryGuard&) = delete;

 private:
  ThreadSlot& slot_;
  KeepErrno keep_errno_;
};

}  // namespace lw
