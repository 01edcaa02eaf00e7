// SPDX-License-Identifier: Apache-2.0
// While leakwatch is at work on a thread, what that work itself allocates (libunwind, dlsym, a signal handler that
// interrupts us) must neither be sampled nor use up the countdown, or the next real allocation would inherit it.
// The countdown is put aside and replaced by one that cannot run out; the hot path needs no extra test.
//
// A signal handler may interrupt even the beginning of a guard and come to one of its own. `muted` is set before
// anything else changes and taken back after everything else, so at each instruction it says where the counts stand;
// a guard inside a complete one does nothing.
#pragma once

#include "interposer/platform/keep_errno.h"
#include "interposer/state/drops.h"
#include "interposer/state/sigbus_mask.h"

namespace lw {

class ReentryGuard {
 public:
  explicit ReentryGuard(ThreadSlot& slot) : slot_(slot), was_muted_(slot.muted), mutes_(can_mute(slot)) {
    if (!mutes_) return;
    SlotChange change(slot_);
    store_release(slot_.muted, u64{1});
    store_release(slot_.muted_countdown, slot_.countdown);
    store_release(slot_.muted_frees, slot_.frees);
    store_release(slot_.countdown, kNeverSample);
  }
  ~ReentryGuard() {
    if (!mutes_) return;
    const i64 unseen = kNeverSample - slot_.countdown;
    const i64 bytes = unseen / kUnitsOfByte, calls = unseen % kUnitsOfByte;
    if (calls != 0) count_drop(DropReason::kMuted, static_cast<f64>(bytes), static_cast<u64>(calls));
    SlotChange change(slot_);
    store_release(slot_.countdown, slot_.muted_countdown);
    store_release(slot_.frees, slot_.muted_frees);
    store_release(slot_.muted, was_muted_);
  }
  ReentryGuard(const ReentryGuard&) = delete;
  ReentryGuard& operator=(const ReentryGuard&) = delete;

 private:
  // Nobody's slot is shared by threads: muting it for one would mute it for all.
  static bool can_mute(const ThreadSlot& slot) {
    return &slot != &nobodys_slot() && (slot.muted == 0 || slot.countdown < kNeverSample / 2);
  }

  ThreadSlot& slot_;
  const u64 was_muted_;
  const bool mutes_;
  KeepErrno keep_errno_;
  LetSigbusIn let_sigbus_in_;
};

}  // namespace lw
