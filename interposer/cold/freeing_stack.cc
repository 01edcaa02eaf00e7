// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/freeing_stack.h"

#include "interposer/cold/next_interval.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/unwind.h"
#include "interposer/dump/mappings.h"
#include "interposer/platform/clock.h"
#include "interposer/state/live_table.h"
#include "interposer/state/release_table.h"

namespace lw {

u32 weight_factor(u64 frees_before, u64& random_state) {
  if (frees_before < kEveryFree) return 1;
  return next_random(random_state) % kOneFreeIn == 0 ? kOneFreeIn : 0;
}

WalkTime keep_freeing_stack(const LiveSample& sample, u64 now_ns) {
  ThreadSlot& slot = *t_slot;
  if (&slot == &nobodys_slot() || (sample.flags & kSampleInherited) != 0) return {};
  if (slot.random == 0) slot.random = fresh_seed(reinterpret_cast<u64>(&slot));  // a thread that has only ever freed
  const u32 times = weight_factor(sampled_frees_of(sample.site), slot.random);
  if (times == 0) return {};
  ReentryGuard guard(slot);
  u64 frames[kFreeingDepth];
  WalkTime walks;
  const UnwindResult walk = take_stack(frames, kFreeingDepth, slot, &walks);
  if (walk.depth == 0) return walks;

  bool is_new;
  const u32 stack = find_or_make_kept_stack({frames, walk.depth, walk.truncated != 0}, &is_new);
  if (stack == kNoRecord) {
    count_drop(DropReason::kReleasesFull, 0);
    return walks;
  }
  if (is_new) notice_new_stack(frames, walk.depth);
  Weight weight = weight_of(sample.size, sample.interval);
  weight.count *= times;
  weight.bytes *= times;
  add_release(sample.site, stack, weight, now_ns);
  return walks;
}

}  // namespace lw
