// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/making_thread.h"

#include <sys/resource.h>

#include "interposer/cold/account.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/unwind.h"
#include "interposer/dump/mappings.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/live_table.h"
#include "interposer/state/release_table.h"
#include "interposer/state/thread_birth.h"
#include "interposer/state/thread_record.h"

namespace lw {
namespace {

constexpr u32 kMakerDepth = 32;

// glibc gives a thread the limit that the program had at its start, or 2 MiB if there was none.
u64 usual_stack_bytes() {
  constexpr u64 kUnlimited = 2 << 20;
  static u64 known = 0;
  if (const u64 have = load_relaxed(known); have != 0) return have;
  rlimit limit{};
  const bool said = !sys::failed(sys::call(SYS_prlimit64, 0, RLIMIT_STACK, 0, sys::word(&limit)));
  const u64 bytes = said && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kUnlimited;
  store_relaxed(known, bytes);
  return bytes;
}

u64 stack_bytes_of(const pthread_attr_t* attributes) {
  size_t bytes = 0;
  const bool said = attributes != nullptr && pthread_attr_getstacksize(attributes, &bytes) == 0 && bytes != 0;
  return said ? bytes : usual_stack_bytes();
}

u32 keep_caller(ThreadSlot& slot, WalkTime* walks) {
  u64 frames[kMakerDepth];
  const UnwindResult walk = take_stack(frames, kMakerDepth, slot, walks);
  if (walk.depth == 0) return 0;
  bool is_new;
  const u32 stack = find_or_make_kept_stack({frames, walk.depth, walk.truncated != 0}, &is_new);
  if (stack == kNoRecord) return 0;
  if (is_new) notice_new_stack(frames, walk.depth);
  return stack + 1;
}

}  // namespace

Making look_at_maker(const pthread_t* thread, const pthread_attr_t* attributes) {
  if (!watching()) return {};
  ThreadSlot& slot = *claim_slot();
  if (&slot == &nobodys_slot() || shares_memory_with_process()) return {};
  ReentryGuard guard(slot);
  const u64 began_ns = monotonic_ns();
  WalkTime walks;
  const u32 made_by = keep_caller(slot, &walks);
  const u32 parent = record_of(slot, began_ns);
  const u64 done_ns = monotonic_ns();
  account(Occasion::kOther, done_ns - began_ns, walks, done_ns);
  const u64 place = reinterpret_cast<u64>(thread);
  const Newborn newborn{0, parent, made_by, stack_bytes_of(attributes)};
  return {newborn, announce_birth(place, newborn), place};
}

void remember_newborn(Making making, bool made) {
  if (making.newborn.stack_bytes == 0) return;
  Newborn& newborn = making.newborn;
  const bool is_known =
      made && watching() && sys::read_memory(making.place, &newborn.self, sizeof newborn.self) == sizeof newborn.self;
  if (!is_known) newborn.self = 0;
  conclude_birth(making.birth, making.place, newborn);
}

}  // namespace lw
