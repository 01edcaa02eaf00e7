// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/record_sample.h"

#include "interposer/cold/governor.h"
#include "interposer/cold/next_interval.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/start.h"
#include "interposer/cold/thinning.h"
#include "interposer/cold/unwind.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_record.h"

namespace lw {
namespace {

void set_countdown(ThreadSlot& slot, i64 countdown) {
  slot.drawn_bytes += static_cast<u64>(countdown - slot.countdown);
  slot.countdown = countdown;
}

// Memoryless: whatever the old countdown was, a fresh draw after the sample continues the same Poisson process. In
// exact mode the countdown stays below zero, so that every call, also of size 0, comes here.
void draw_countdown(ThreadSlot& slot) {
  const u64 interval = load_relaxed(process().interval);
  slot.interval = interval;
  set_countdown(slot, interval <= 1 ? -1 : static_cast<i64>(draw_distance(slot.random, interval)));
}

void never_sample(ThreadSlot& slot) { set_countdown(slot, kNeverSample); }

// The mismatch that this pair of functions is, or 0. A block of unknown origin (inherited, mallocx) fits everything
// its allocator accepts.
u32 mismatch_of(AllocKind allocated, FreeKind freed) {
  const bool fits = (allocated == AllocKind::kMalloc && (freed == FreeKind::kFree || freed == FreeKind::kRealloc ||
                                                         freed == FreeKind::kDallocx)) ||
                    (allocated == AllocKind::kNew && freed == FreeKind::kDelete) ||
                    (allocated == AllocKind::kNewArray && freed == FreeKind::kDeleteArray) ||
                    (allocated == AllocKind::kMallocx && (freed != FreeKind::kDelete && freed != FreeKind::kDeleteArray)) ||
                    (allocated == AllocKind::kMmap && freed == FreeKind::kMunmap);
  return fits ? 0 : static_cast<u32>(allocated) * 256 + static_cast<u32>(freed);
}

void replace_missed_free(u64 address, u64 now_ns) {
  LiveSample stale;
  if (!filter_may_hold(address) || !take_sample(address, &stale)) return;
  if ((stale.flags & kSampleInherited) != 0) return;
  const Weight weight = weight_of(stale.size, stale.interval);
  add_free(stale.site, weight, now_ns, kUnknownLifetime, 0);
  count_drop(DropReason::kMissedFree, weight.bytes);
}

void insert_or_drop(const LiveSample& sample, u64 now_ns) {
  if (live_sample_count() > live_sample_capacity() / 4 * 3) thin_live_set();
  const Weight weight = weight_of(sample.size, sample.interval);
  DropReason full;
  if (insert_sample(sample, &full)) {
    add_allocation(sample.site, weight, now_ns);
  } else {
    count_drop(full, weight.bytes);
  }
}

}  // namespace

u64 admit(u64 size) {
  if (load_relaxed(g_started) == 0) {
    g_nobodys_slot.countdown = 0;
    return 0;
  }
  ThreadSlot& slot = *claim_slot();
  if (&slot == &g_nobodys_slot) {
    slot.countdown = 0;
    return 0;
  }
  if (slot.interval == 0) {
    if (load_acquire(process().stage) == Stage::kOff || !g_options.watch) {
      slot.interval = ~u64{0};
      never_sample(slot);
      return 0;
    }
    if (load_relaxed(process().interval) == 0) start_governor(monotonic_ns());
    slot.random = fresh_seed(reinterpret_cast<u64>(&slot));
    draw_countdown(slot);
    slot.countdown -= static_cast<i64>(size);
    if (slot.countdown >= 0) return 0;
  }
  ReentryGuard guard(slot);
  if (!watching() && !start_watching()) {
    if (load_acquire(process().stage) == Stage::kOff) slot.muted_countdown = kNeverSample;
    return 0;
  }
  return slot.interval;
}

void decline_sample() { draw_countdown(*t_slot); }

void record_sample(const SampledBlock& block) {
  ThreadSlot& slot = *t_slot;
  draw_countdown(slot);
  if (!watching()) return;
  ReentryGuard guard(slot);
  const u64 began_ns = monotonic_ns();
  LiveHeader& live = *process().live;

  u64 frames[256];
  const UnwindResult walk = unwind(frames, g_options.depth.frames, &slot.stack);
  const u64 unwound_ns = monotonic_ns();

  bool is_new;
  const u32 site = find_or_make_site({frames, walk.depth, walk.truncated != 0}, began_ns, &is_new);
  if (is_new) notice_new_stack(site, frames, walk.depth);
  replace_missed_free(block.address, began_ns);
  LiveSample sample{};
  sample.address = block.address;
  sample.size = block.size;
  sample.birth_ns = began_ns;
  sample.first_birth_ns = block.first_birth_ns != 0 ? block.first_birth_ns : began_ns;
  sample.interval = block.interval;
  sample.site = site;
  sample.thread = record_of(slot, began_ns);
  sample.kind = block.kind;
  sample.reallocs = block.reallocs;
  if (block.reallocs != 0) sample.flags = kSampleRealloc;
  insert_or_drop(sample, began_ns);
  publish_record(slot);
  if (add_relaxed(live.receipt.samples, u64{1}) % 32 == 0) name_record(slot);

  const u64 done_ns = monotonic_ns();
  add_relaxed(live.receipt.unwind_ns, unwound_ns - began_ns);
  add_relaxed(live.receipt.cold_frames, u64{walk.cold});
  add_relaxed(live.receipt.slow_ns, done_ns - began_ns);
  charge(done_ns - began_ns, done_ns);
  run_due_work(done_ns, walk.in_signal != 0 || walk.truncated != 0);
}

void book_free(const LiveSample& sample, FreeKind how) {
  LiveHeader& live = *process().live;
  add_relaxed(live.receipt.sampled_frees, u64{1});
  if ((sample.flags & kSampleInherited) != 0) return;
  const u64 now_ns = monotonic_ns();
  add_free(sample.site, weight_of(sample.size, sample.interval), now_ns, now_ns - sample.birth_ns,
           mismatch_of(sample.kind, how));
}

bool forget_sample(const void* block, FreeKind how, u64* size) {
  if (!watching()) return false;
  LiveSample sample;
  if (take_sample(reinterpret_cast<u64>(block), &sample)) {
    book_free(sample, how);
    *size = sample.size;
    return true;
  }
  add_relaxed(process().live->receipt.false_hits, u64{1});
  return false;
}

bool take_for_realloc(const void* block, LiveSample* sample) {
  const u64 address = reinterpret_cast<u64>(block);
  return filter_may_hold(address) && watching() && take_sample(address, sample);
}

void put_back(const LiveSample& sample) {
  DropReason full;
  if (!insert_sample(sample, &full)) count_drop(full, weight_of(sample.size, sample.interval).bytes);
}

}  // namespace lw
