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

void set_countdown(ThreadSlot& slot, i64 countdown) {
  SlotChange change(slot);
  store_release(slot.drawn_bytes, slot.drawn_bytes + static_cast<u64>(countdown) - static_cast<u64>(slot.countdown));
  store_release(slot.countdown, countdown);
}

void leave_alone(ThreadSlot& slot) {
  slot.interval = kNotWatched;
  set_countdown(slot, kNeverSample);
}

bool is_nobodys_business() { return load_acquire(process().stage) == Stage::kOff || !g_options.watch || !g_covered; }

void prepare_to_draw(ThreadSlot& slot) {
  if (load_relaxed(process().interval) == 0) start_governor(monotonic_ns());
  if (slot.random == 0) slot.random = fresh_seed(reinterpret_cast<u64>(&slot));
}

// A thread's first allocation is chosen with its own probability, like any other. The hot path has taken its size off
// nobody's slot, or off this one if the thread has freed something before: here it is taken off what is drawn.
bool first_is_chosen(ThreadSlot& slot, u64 size) {
  prepare_to_draw(slot);
  store_relaxed(slot.drawn_bytes, u64{0});
  store_relaxed(slot.countdown, i64{0});
  draw_countdown(slot);
  const bool chosen = size >= static_cast<u64>(slot.countdown);
  store_release(slot.countdown, static_cast<i64>(static_cast<u64>(slot.countdown) - size));
  return chosen;
}

// Makes the live file if this is the process's first sample. False also while another thread is just at it.
bool start_if_needed(ThreadSlot& slot) {
  if (watching()) return true;
  ReentryGuard guard(slot);
  return start_watching();
}

}  // namespace

// In exact mode the countdown stays used up, so that every call, also of size 0, comes to admit().
void draw_countdown(ThreadSlot& slot) {
  const u64 interval = load_relaxed(process().interval);
  slot.interval = interval;
  set_countdown(slot, interval <= 1 ? kUsedUp : static_cast<i64>(draw_distance(slot.random, interval) + 1));
}

void forget_request(u64 size) {
  i64& countdown = t_slot == &nobodys_slot() ? lw_first_slot.countdown : t_slot->countdown;
  store_relaxed(countdown, static_cast<i64>(static_cast<u64>(countdown) + size));
}

u64 admit(u64 size) {
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
    if (!first_is_chosen(slot, size)) return 0;
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

void count_mapping(u64 bytes) {
  ThreadSlot& slot = *t_slot;
  {
    SlotChange change(slot);
    store_release(slot.drawn_bytes, slot.drawn_bytes + bytes);
  }
  count_one(slot.allocations);
}

void retract(u64 size) {
  ThreadSlot& slot = *t_slot;
  SlotChange change(slot);
  store_release(slot.drawn_bytes, slot.drawn_bytes - size);
}

}  // namespace lw
