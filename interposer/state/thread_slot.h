// SPDX-License-Identifier: Apache-2.0
// What one thread owns: its countdown to the next sample and its exact counts. One cache line of it is all that
// the hot path touches.
//
// Slots lie in memory that the kernel wipes in a forked child (MADV_WIPEONFORK), whatever made the child: fork,
// _Fork or a raw clone. An all-zero slot is valid and means "nobody's": its countdown is used up, so the first
// allocation of a new thread, and of a child, takes the slow path and finds out who it is. Until then a thread shares
// nobodys_slot() (process.h), whose counts are not exact; that is at most a few hundred frees of a thread that has
// never allocated. Its countdown is not shared (see FirstSlot): a thread that starts at the same time could use it up.
//
// Slots are not in the live file, for two reasons: no child can ever write into its parent's counts, and a live
// file that somebody truncates cannot fault on the hot path. Their counts are copied into the ThreadRecord at
// each sample of that thread, at each point of the memory log (about a second) and at each dump.
#pragma once

#include <stddef.h>

#include "interposer/platform/local.h"
#include "interposer/state/countdown.h"
#include "interposer/state/stack_bounds.h"
#include "snapshot/atomic.h"
#include "snapshot/layout.h"

namespace lw {

struct alignas(64) ThreadSlot {
  // --- hot: written by the owner on every call ---
  i64 countdown;  // see countdown.h
  u64 frees;
  // --- cold: the owner's alone, once per sample ---
  u64 interval;     // mean from which the countdown was drawn; 0 = not watched
  u64 goes_on;      // 1: what was drawn is longer than the countdown; see cold/admission.h
  u64 drawn_bytes;  // everything ever put into the countdown: without what is left there, the bytes allocated
  u64 drawn_calls;  // the same for calls
  u64 random;       // state of the generator
  u32 owner;        // thread id, 0 = free
  u32 record;       // number + 1 of the ThreadRecord in the live file, 0 = none
  u64 began_ns;     // CLOCK_MONOTONIC when the sample at hand was admitted
  StackBounds stack;
  u64 muted;  // inside leakwatch's own code: what was in the countdown is kept below
  u64 muted_frees;
  i64 muted_countdown;
  u64 changes;          // odd while the owner changes several of its numbers at once, see SlotChange
  u32 lookalikes_left;  // frees to be looked up in vain before one is asked about, see cold/sampled_free.h
  u32 looks;            // of which one now and then is timed, see cold/account.h
};
static_assert(sizeof(ThreadSlot) == 128);

inline constexpr u32 kThreadSlots = 8192;

// A countdown of this slot, its own or one that was put aside.
inline Left left_of(const ThreadSlot& slot, i64 countdown) { return left_of(countdown, slot.interval > 1); }

LW_LOCAL extern constinit __thread ThreadSlot* t_slot;

// How an allocation finds its countdown: at the thread's own FirstSlot plus `to_slot`, which is the way from there to
// its ThreadSlot. All-zero, as every thread begins, the way is none and the countdown used up; that holds even before
// the loader has set up thread-local storage. The first field is that of ThreadSlot.
struct FirstSlot {
  i64 countdown;
  u64 to_slot;
};
extern "C" LW_LOCAL constinit __thread FirstSlot lw_first_slot;
static_assert(offsetof(FirstSlot, countdown) == 0 && offsetof(ThreadSlot, countdown) == 0);
static_assert(offsetof(FirstSlot, to_slot) == 8);

// The slot that the calling thread counts in from now on.
void use_slot(ThreadSlot* slot);

// Counting is one instruction, written out: a reader in another thread sees the number before or after, and what a
// signal handler allocates in between is not lost, as it could be between a load and a store.
inline void count_one(u64& count) { asm("addq $1, %[count]" : [count] "+m"(count) : : "cc"); }
template <class Number>
inline void add_at_once(Number& number, u64 amount) {
  static_assert(sizeof number == 8);
  asm volatile("addq %[amount], %[number]" : [number] "+m"(number) : [amount] "r"(amount) : "memory", "cc");
}

// The owner changes numbers that belong together, such as the countdown and what was drawn into it. Other threads that
// read them meanwhile look again. Every store inside must be a store_release or an add_at_once(), which stay behind
// the odd number.
class SlotChange {
 public:
  explicit SlotChange(ThreadSlot& slot) : slot_(slot) { store_relaxed(slot_.changes, slot_.changes + 1); }
  ~SlotChange() { store_release(slot_.changes, slot_.changes + 1); }
  SlotChange(const SlotChange&) = delete;
  SlotChange& operator=(const SlotChange&) = delete;

 private:
  ThreadSlot& slot_;
};

// Exact counts. While a thread is inside leakwatch's own code its counts of before stand in the muted_ fields.
struct Counts {
  u64 allocations;
  u64 frees;
  u64 allocated_bytes;
};
Counts counts_of(const ThreadSlot& slot);

// The calling thread's own slot, claimed if it has none yet. nobodys_slot() if there are more threads than slots: then
// its next allocation tries again.
ThreadSlot* claim_slot();

// Of all threads together, ended ones too. Reads other threads' counts while they run: each is exact, the sum is
// of no single instant, and it never goes back.
Counts total_counts();

// Threads that hold a slot, that is, have allocated and have not been found gone.
u32 running_threads();

// Copies every slot's counts into its ThreadRecord, and marks the records of threads that are gone.
void publish_counts(u64 now_ns);

}  // namespace lw
