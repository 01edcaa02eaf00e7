// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_slot.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/drops.h"
#include "interposer/state/process.h"
#include "interposer/state/sigbus_mask.h"
#include "interposer/state/thread_birth.h"
#include "interposer/state/thread_record.h"

namespace lw {

constinit __thread ThreadSlot* t_slot = &g_wiped.nobodys;
constinit __thread FirstSlot lw_first_slot{};

namespace {

constexpr u32 kNoThread = ~u32{0};

u32 slots_in_use() {
  const u32 high = load_acquire(process().slots_high);
  return high < kThreadSlots ? high : kThreadSlots;
}

bool may_not_ask_the_kernel() { return load_acquire(process().stage) == Stage::kOff || load_relaxed(g_sealed) != 0; }

bool thread_is_gone(u32 tid) {
  if (may_not_ask_the_kernel()) return false;
  return sys::thread_is_gone(process().pid, tid);
}

Counts look_at_counts(const ThreadSlot& slot) {
  const bool muted = load_acquire(slot.muted) != 0;
  const i64 countdown = load_acquire(muted ? slot.muted_countdown : slot.countdown);
  const Left left = left_of(countdown, load_relaxed(slot.interval) > 1);
  return {load_acquire(slot.drawn_calls) - static_cast<u64>(left.calls),
          load_acquire(muted ? slot.muted_frees : slot.frees),
          load_acquire(slot.drawn_bytes) - static_cast<u64>(left.bytes)};
}

Counts add_up_counts() {
  Counts total = {load_acquire(process().ended.allocations), load_acquire(process().ended.frees),
                  load_acquire(process().ended.allocated_bytes)};
  for (u32 i = 0; i < slots_in_use(); ++i) {
    if (load_relaxed(g_wiped.slots[i].owner) == 0) continue;
    const Counts counts = counts_of(g_wiped.slots[i]);
    total.allocations += counts.allocations;
    total.frees += counts.frees;
    total.allocated_bytes += counts.allocated_bytes;
  }
  total.frees += load_relaxed(nobodys_slot().frees);
  return total;
}

// Looks again are bounded, because the one who is in the middle of a change may be a thread that does not run now, or
// this very thread when we are in a signal handler. Then the counts may be off by one drawn distance.
constexpr u32 kMostLooks = 64;

// The sum of ended threads takes over what the slot has counted. Whoever adds up all counts meanwhile sees by the two
// numbers of folds that some counts may be in both places or in neither, and looks again.
void fold_counts(ThreadSlot& slot) {
  Process& p = process();
  const Counts counts = counts_of(slot);
  add_release(p.folds_begun, u64{1});
  store_relaxed(slot.changes, slot.changes & ~u64{1});  // the thread may have ended in the middle of a change
  {
    SlotChange change(slot);
    store_release(slot.countdown, kUsedUp);
    store_release(slot.drawn_bytes, u64{0});
    store_release(slot.drawn_calls, u64{0});
    store_release(slot.frees, u64{0});
    store_release(slot.muted, u64{0});
  }
  add_release(p.ended.allocations, counts.allocations);
  add_release(p.ended.frees, counts.frees);
  add_release(p.ended.allocated_bytes, counts.allocated_bytes);
  add_release(p.folds_done, u64{1});
}

// A thread leaves no notice when it ends (a destructor of ours would run before the program's last frees), so its
// slot is found again by asking the kernel.
bool take_over_dead(ThreadSlot& slot, u32 me) {
  const u32 owner = load_relaxed(slot.owner);
  if (owner == 0 || owner == kNoThread || !(owner == me || thread_is_gone(owner))) return false;
  if (!replace(slot.owner, owner, me)) return false;
  publish_record(slot);
  end_record(slot, monotonic_ns());
  fold_counts(slot);
  return true;
}

bool take(ThreadSlot& slot, u32 me) { return replace(slot.owner, 0u, me) || take_over_dead(slot, me); }

// Where nobody watches any more no system call may be made either (the program may have forbidden them): then any
// number that no thread can have will do.
u32 identify_thread() {
  Process& p = process();
  if (may_not_ask_the_kernel()) return kNoThread;
  if (load_relaxed(p.pid) == 0) store_relaxed(p.pid, sys::process_id());
  return sys::thread_id();
}

// While the thread lives: later its pthread_t may be another's.
void learn_origin(const ThreadSlot& slot) {
  Newborn& origin = origin_of(slot);
  origin = {reinterpret_cast<u64>(__builtin_thread_pointer()), 0, 0, 0};
  if (load_relaxed(slot.owner) != process().pid) take_newborn(origin.self, &origin);  // nobody has made the first one
}

// The counts are zero already, in a slot never used as in one taken over; but in a forked child a signal handler may
// have allocated on a slot that the kernel had just wiped.
void begin(ThreadSlot& slot) {
  {
    SlotChange change(slot);
    store_release(slot.countdown, kUsedUp);
    store_release(slot.drawn_bytes, u64{0});
    store_release(slot.drawn_calls, u64{0});
  }
  slot.interval = 0;
  slot.goes_on = 0;
  slot.random = 0;
  slot.stack = StackBounds{};
  learn_origin(slot);
}

// Two slots after the hand are tried first: that keeps the slots of a program with ever new threads in a few pages,
// at two cheap system calls a thread. With all slots taken it stays at these two: a thread without a slot comes here
// at each of its allocations, and goes once round the table in a few thousand of them.
ThreadSlot* find_slot(u32 me) {
  Process& p = process();
  const u32 high = slots_in_use();
  for (u32 i = 0; i < 2 && high > 8; ++i) {
    ThreadSlot& slot = g_wiped.slots[add_relaxed(p.slots_hand, 1u) % high];
    if (take(slot, me)) return &slot;
  }
  while (slots_in_use() < kThreadSlots) {
    const u32 fresh = add_relaxed(p.slots_high, 1u);
    if (fresh < kThreadSlots && replace(g_wiped.slots[fresh].owner, 0u, me)) return &g_wiped.slots[fresh];
  }
  return nullptr;
}

}  // namespace

void use_slot(ThreadSlot* slot) {
  t_slot = slot;
  lw_first_slot.countdown = kUsedUp;
  const u64 way = reinterpret_cast<u64>(slot) - reinterpret_cast<u64>(&lw_first_slot);
  lw_first_slot.to_slot = slot == &nobodys_slot() ? 0 : way;
}

ThreadSlot* claim_slot() {
  ThreadSlot* mine = t_slot;
  if (mine != &nobodys_slot() && load_relaxed(mine->owner) != 0) return mine;
  LetSigbusIn in_case_of_loss;
  const u32 me = identify_thread();
  ThreadSlot* slot = find_slot(me);
  if (slot == nullptr) {
    count_drop(DropReason::kNoThreadSlot);
    slot = &nobodys_slot();
  } else {
    begin(*slot);
  }
  use_slot(slot);
  return slot;
}

Counts counts_of(const ThreadSlot& slot) {
  for (u32 look = 1;; ++look) {
    const u64 changes = load_acquire(slot.changes);
    const Counts counts = look_at_counts(slot);
    if (look == kMostLooks || (changes % 2 == 0 && still_is(slot.changes, changes))) return counts;
  }
}

Counts total_counts() {
  for (u32 look = 1;; ++look) {
    const u64 done = load_acquire(process().folds_done);
    const Counts total = add_up_counts();
    if (look == kMostLooks || still_is(process().folds_begun, done)) return total;
  }
}

u32 running_threads() {
  u32 threads = 0;
  for (u32 i = 0; i < slots_in_use(); ++i) threads += load_relaxed(g_wiped.slots[i].owner) != 0 ? 1 : 0;
  return threads;
}

void publish_counts(u64 now_ns) {
  const u32 me = sys::thread_id();
  for (u32 i = 0; i < slots_in_use(); ++i) {
    ThreadSlot& slot = g_wiped.slots[i];
    const u32 owner = load_relaxed(slot.owner);
    if (owner == 0) continue;
    record_of(slot, now_ns);
    publish_record(slot);
    if (owner != me && take_over_dead(slot, me)) store_release(slot.owner, 0u);
  }
}

}  // namespace lw
