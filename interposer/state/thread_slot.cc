// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_slot.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/drops.h"
#include "interposer/state/process.h"
#include "interposer/state/thread_record.h"

namespace lw {

constinit ThreadSlot g_nobodys_slot{};
constinit __thread ThreadSlot* t_slot = &g_nobodys_slot;

namespace {

constexpr long kNoSuchThread = -3;  // ESRCH
constexpr u32 kNoThread = ~u32{0};

u32 slots_in_use() {
  const u32 high = load_acquire(process().slots_high);
  return high < kThreadSlots ? high : kThreadSlots;
}

bool thread_is_gone(u32 tid) {
  if (load_acquire(process().stage) == Stage::kOff) return false;
  return sys::signal_thread(process().pid, tid, 0) == kNoSuchThread;
}

// A thread leaves no notice when it ends (a destructor of ours would run before the program's last frees), so its
// slot is found again by asking the kernel. Its counts go on in the sum of ended threads.
bool take_over_dead(ThreadSlot& slot, u32 me) {
  const u32 owner = load_relaxed(slot.owner);
  if (owner == 0 || owner == kNoThread || !(owner == me || thread_is_gone(owner))) return false;
  if (!replace(slot.owner, owner, me)) return false;
  const Counts counts = counts_of(slot);
  add_relaxed(process().ended.allocations, counts.allocations);
  add_relaxed(process().ended.frees, counts.frees);
  add_relaxed(process().ended.allocated_bytes, counts.allocated_bytes);
  end_record(slot, monotonic_ns());
  return true;
}

bool take(ThreadSlot& slot, u32 me) { return replace(slot.owner, 0u, me) || take_over_dead(slot, me); }

// Where nobody watches any more no system call may be made either (the program may have forbidden them): then any
// number that no thread can have will do.
u32 identify_thread() {
  Process& p = process();
  if (load_acquire(p.stage) == Stage::kOff) return kNoThread;
  if (load_relaxed(p.pid) == 0) store_relaxed(p.pid, sys::process_id());
  return sys::thread_id();
}

void begin(ThreadSlot& slot) {
  slot.countdown = 0;
  slot.allocations = 0;
  slot.frees = 0;
  slot.interval = 0;
  slot.drawn_bytes = 0;
  slot.random = 0;
  slot.record = 0;
  slot.stack = StackBounds{};
  slot.muted = 0;
}

// Two slots after the hand are tried first: that keeps the slots of a program with ever new threads in a few pages,
// at two cheap system calls a thread.
ThreadSlot* find_slot(u32 me) {
  Process& p = process();
  const u32 high = slots_in_use();
  for (u32 i = 0; i < 2 && high > 8; ++i) {
    ThreadSlot& slot = g_wiped.slots[add_relaxed(p.slots_hand, 1u) % high];
    if (take(slot, me)) return &slot;
  }
  for (u32 i = add_relaxed(p.slots_high, 1u); i < kThreadSlots; i = add_relaxed(p.slots_high, 1u)) {
    if (replace(g_wiped.slots[i].owner, 0u, me)) return &g_wiped.slots[i];
  }
  store_relaxed(p.slots_high, kThreadSlots);
  for (ThreadSlot& slot : g_wiped.slots) {
    if (take(slot, me)) return &slot;
  }
  return nullptr;
}

}  // namespace

ThreadSlot* claim_slot() {
  ThreadSlot* mine = t_slot;
  if (mine != &g_nobodys_slot && mine->owner != 0) return mine;
  const u32 me = identify_thread();
  ThreadSlot* slot = find_slot(me);
  if (slot == nullptr) {
    count_drop(DropReason::kNoThreadSlot);
    t_slot = &g_nobodys_slot;
    return t_slot;
  }
  begin(*slot);
  t_slot = slot;
  return slot;
}

Counts counts_of(const ThreadSlot& slot) {
  const bool muted = load_relaxed(slot.muted) != 0;
  const i64 countdown = load_relaxed(muted ? slot.muted_countdown : slot.countdown);
  return {load_relaxed(muted ? slot.muted_allocations : slot.allocations),
          load_relaxed(muted ? slot.muted_frees : slot.frees),
          load_relaxed(slot.drawn_bytes) - static_cast<u64>(countdown)};
}

Counts total_counts() {
  Counts total = {load_relaxed(process().ended.allocations), load_relaxed(process().ended.frees),
                  load_relaxed(process().ended.allocated_bytes)};
  for (u32 i = 0; i < slots_in_use(); ++i) {
    if (load_relaxed(g_wiped.slots[i].owner) == 0) continue;
    const Counts counts = counts_of(g_wiped.slots[i]);
    total.allocations += counts.allocations;
    total.frees += counts.frees;
    total.allocated_bytes += counts.allocated_bytes;
  }
  total.frees += load_relaxed(g_nobodys_slot.frees);
  return total;
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
