// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/admission.h"

#include "interposer/cold/coverage.h"
#include "interposer/cold/governor.h"
#include "interposer/cold/next_interval.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/start.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

constexpr u64 kNotWatched = ~u64{0};  // stands in slot.interval

// Each step is one instruction: what a signal handler allocates between two of them is counted all the same.
void set_countdown(ThreadSlot& slot, i64 countdown) {
  SlotChange change(slot);
  const Left left = left_of(slot, __atomic_exchange_n(&slot.countdown, countdown, __ATOMIC_ACQ_REL));
  const Left now = left_of(slot, countdown);
  add_at_once(slot.drawn_bytes, static_cast<u64>(now.bytes - left.bytes));
  add_at_once(slot.drawn_calls, static_cast<u64>(now.calls - left.calls));
}

void go_by(ThreadSlot& slot, u64 distance) {
  slot.goes_on = distance > kLongestPiece ? 1 : 0;
  set_countdown(slot, countdown_of(slot.goes_on != 0 ? kLongestPiece : distance));
}

void leave_alone(ThreadSlot& slot) {
  slot.interval = kNotWatched;
  slot.goes_on = 0;
  set_countdown(slot, kNeverSample);
}

bool is_nobodys_business() { return load_acquire(process().stage) == Stage::kOff || !g_options.watch || !g_covered; }

void prepare_to_draw(ThreadSlot& slot) {
  if (load_relaxed(process().interval) == 0) start_governor(monotonic_ns());
  if (slot.random == 0) slot.random = fresh_seed(reinterpret_cast<u64>(&slot));
}

// Whether an allocation reaches the next point, where the countdown does not know how far away that is: in a thread's
// first allocation, which is chosen with its own probability like any other, and where the countdown goes on. If not,
// its bytes are taken off the distance here. In exact mode every allocation is a point.
bool reaches_point(ThreadSlot& slot, u64 size) {
  if (slot.interval <= 1) return true;
  const i64 left = left_of(slot, slot.countdown).bytes;
  const u64 known = left > 0 ? static_cast<u64>(left) : 0;
  const u64 beyond = size > known ? size - known : 0;
  const u64 distance = draw_distance(slot.random, slot.interval);
  if (beyond > distance) return true;
  go_by(slot, distance - beyond);
  return false;
}

// Makes the live file if this is the process's first sample. False also while another thread is just at it.
bool start_if_needed(ThreadSlot& slot) {
  if (watching()) return true;
  if (waits_to_start()) return false;
  ReentryGuard guard(slot);
  return start_watching();
}

}  // namespace

// In exact mode the countdown stays used up, so that every call, also of size 0, comes to admit().
void draw_countdown(ThreadSlot& slot) {
  const u64 interval = load_relaxed(process().interval);
  slot.interval = interval;
  if (interval <= 1) {
    slot.goes_on = 0;
    set_countdown(slot, kUsedUp);
  } else {
    go_by(slot, draw_distance(slot.random, interval));
  }
}

// By the way that the hot path went: a signal handler may come when the thread is about to change its slot.
void give_back(u64 size) {
  const u64 way = lw_first_slot.to_slot;
  if (way == 0) {
    store_relaxed(lw_first_slot.countdown, kUsedUp);
    return;
  }
  ThreadSlot& slot = *reinterpret_cast<ThreadSlot*>(reinterpret_cast<u64>(&lw_first_slot) + way);
  add_at_once(slot.countdown, units_of(size));
  if (slot.countdown >= 0) return;
  slot.goes_on = 1;  // a signal handler has meanwhile allocated more than was left
  set_countdown(slot, slot.interval > 1 ? countdown_of(0) : kUsedUp);
}

u64 admit(u64 size) {
  give_back(size);
  if (load_relaxed(g_started) == 0) {
    use_slot(&nobodys_slot());
    return 0;
  }
  ThreadSlot& slot = *claim_slot();
  if (&slot == &nobodys_slot()) return 0;
  if (slot.interval == 0) {
    if (is_nobodys_business()) {
      leave_alone(slot);
      return 0;
    }
    prepare_to_draw(slot);
    slot.interval = load_relaxed(process().interval);
    if (!reaches_point(slot, size)) return 0;
  } else if (slot.goes_on != 0 && !reaches_point(slot, size)) {
    return 0;
  }
  if (!start_if_needed(slot)) {
    if (is_nobodys_business()) {
      leave_alone(slot);
    } else {
      draw_countdown(slot);
    }
    return 0;
  }
  slot.began_ns = monotonic_ns();  // first: all that follows is the sample's cost, and belongs on the receipt
  const u64 chosen_at = slot.interval;
  draw_countdown(slot);
  return chosen_at;
}

u64 admit_mapping(u64 size) {
  if (load_relaxed(g_started) == 0 || is_nobodys_business()) return 0;
  ThreadSlot& slot = *claim_slot();
  if (&slot == &nobodys_slot()) return 0;
  prepare_to_draw(slot);
  const u64 interval = load_relaxed(process().interval);
  const f64 dice = static_cast<f64>(next_random(slot.random) >> 11) * 0x1p-53;
  const bool hardly = dice * static_cast<f64>(interval) >= static_cast<f64>(size);  // 1 - exp(-x) is less than x
  if (hardly || dice >= inclusion_probability(size, interval) || !start_if_needed(slot)) return 0;
  slot.began_ns = monotonic_ns();
  return interval;
}

void count_allocation(u64 size) {
  ThreadSlot& slot = *t_slot;
  SlotChange change(slot);
  add_at_once(slot.drawn_bytes, size);
  add_at_once(slot.drawn_calls, 1);
}

void retract(u64 size) {
  ThreadSlot& slot = *t_slot;
  SlotChange change(slot);
  add_at_once(slot.drawn_bytes, ~size + 1);
  add_at_once(slot.drawn_calls, ~u64{0});
}

}  // namespace lw
