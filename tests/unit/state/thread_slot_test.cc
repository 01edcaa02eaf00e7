// SPDX-License-Identifier: Apache-2.0
// Threads come and go without telling anybody; their counts stay exact.
#include "interposer/state/thread_slot.h"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstring>
#include <thread>

#include "interposer/cold/admission.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/hot/on_alloc.h"
#include "interposer/hot/on_free.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

// Runs on a thread of its own, and returns when the kernel does not know that thread any more.
template <class Body>
u32 on_a_thread(Body body) {
  u32 tid = 0;
  std::thread([&] {
    tid = sys::thread_id();
    body();
  }).join();
  while (sys::signal_thread(sys::process_id(), tid, 0) == 0) sched_yield();  // join returns a moment earlier
  return tid;
}

// A thread that lives as long as this object.
class IdleThread {
 public:
  IdleThread() : thread_([this] { run(); }) {
    while (tid_ == 0) std::this_thread::yield();
  }
  ~IdleThread() {
    ends_ = true;
    ends_.notify_one();
    thread_.join();
  }
  u32 tid() const { return tid_; }

 private:
  void run() {
    tid_ = sys::thread_id();
    ends_.wait(false);
  }
  std::atomic<u32> tid_{0};
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

void allocate(u64 size) {
  if (passes_unsampled(size)) return;
  admit(size);
  count_allocation(size);
}

}  // namespace

TEST_CASE("A thread keeps the slot it claims, and no two threads share one", "[state]") {
  WatchedProcess process(4096);
  ThreadSlot* mine = claim_slot();
  CHECK(mine != &nobodys_slot());
  CHECK(claim_slot() == mine);
  CHECK(mine->owner == sys::thread_id());
  ThreadSlot* other = nullptr;
  on_a_thread([&] { other = claim_slot(); });
  CHECK(other != mine);
}

TEST_CASE("The slots of ended threads are taken again, and their counts are kept", "[state]") {
  WatchedProcess process(1 << 20);
  constexpr u32 kThreads = 300;
  for (u32 i = 0; i < kThreads; ++i) {
    on_a_thread([] {
      for (u32 n = 0; n < 10; ++n) allocate(100);
      count_one(t_slot->frees);
    });
  }
  CHECK(lw::process().slots_high <= 16);
  const Counts counts = total_counts();
  CHECK(counts.allocations == kThreads * 10);
  CHECK(counts.allocated_bytes == kThreads * 1000);
  CHECK(counts.frees == kThreads);
}

TEST_CASE("Publishing finds the threads that are gone", "[state]") {
  WatchedProcess process(1 << 20);
  claim_slot();
  for (u32 i = 0; i < 5; ++i) on_a_thread([] { allocate(100); });
  CHECK(running_threads() == 6);
  publish_counts(1000);
  CHECK(running_threads() == 1);
  CHECK(total_counts().allocations == 5);
  u32 ended = 0;
  for (u32 i = 1; i < used_records(TableId::kThreads); ++i) {
    const ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[i];
    if (record.flags != kThreadEnded) continue;
    ++ended;
    CHECK(record.tid != 0);
    CHECK(record.allocations == 1);
    CHECK(record.allocated_bytes == 100);
    CHECK(record.end_ns != 0);
  }
  CHECK(ended == 5);
}

TEST_CASE("With more threads than slots the others allocate on, and get a slot when one is free", "[state]") {
  WatchedProcess process(4096);
  const IdleThread idle;
  const u32 gone = on_a_thread([] {});
  for (ThreadSlot& slot : g_wiped.slots) slot.owner = idle.tid();
  lw::process().slots_high = kThreadSlots;
  CHECK(claim_slot() == &nobodys_slot());
  CHECK(process.drop(DropReason::kNoThreadSlot).count == 1);
  allocate(1 << 20);
  CHECK(process.drop(DropReason::kNoThreadSlot).count == 2);
  CHECK(lw_first_slot.countdown == kUsedUp);  // the next one looks again

  g_wiped.slots[5000].owner = gone;
  u32 attempts = 0;
  while (claim_slot() == &nobodys_slot() && attempts < kThreadSlots) ++attempts;
  CHECK(t_slot == &g_wiped.slots[5000]);
  CHECK(attempts <= kThreadSlots / 2);
}

TEST_CASE("A new thread's first call finds out who it is, even if it is for nothing", "[state]") {
  WatchedProcess process(1);
  on_a_thread([] { allocate(0); });
  CHECK(total_counts().allocations == 1);
}

TEST_CASE("A thread that has only freed so far counts its first allocation once", "[state]") {
  WatchedProcess process(1 << 20);
  claim_slot();
  const bool freed = frees_unsampled(reinterpret_cast<void*>(0x1010 + 64));
  REQUIRE(freed);
  CHECK(total_counts().allocated_bytes == 0);
  allocate(100);
  const Counts counts = total_counts();
  CHECK(counts.allocations == 1);
  CHECK(counts.allocated_bytes == 100);
  CHECK(counts.frees == 1);
}

TEST_CASE("Counts are those of before while leakwatch itself is at work", "[state]") {
  WatchedProcess process(1 << 20);
  allocate(100);
  const ThreadSlot& slot = *t_slot;
  {
    ReentryGuard guard(*t_slot);
    allocate(1 << 30);
    count_one(t_slot->frees);
    CHECK(counts_of(slot).allocations == 1);
    CHECK(counts_of(slot).allocated_bytes == 100);
    CHECK(counts_of(slot).frees == 0);
    {
      ReentryGuard inner(*t_slot);  // a signal handler that comes to a guard of its own
      allocate(5);
    }
    CHECK(slot.muted == 1);
    CHECK(counts_of(slot).allocated_bytes == 100);
  }
  CHECK(slot.muted == 0);
  CHECK(slot.countdown < kNeverSample / 2);
  CHECK(counts_of(slot).allocated_bytes == 100);
}

TEST_CASE("A guard that a signal interrupts at its very beginning leaves the countdown whole", "[state]") {
  WatchedProcess process(1 << 20);
  allocate(100);
  ThreadSlot& slot = *t_slot;
  const i64 countdown = slot.countdown;
  slot.muted = 1;  // the first thing that a guard does
  { ReentryGuard handlers(slot); }
  CHECK(slot.muted == 1);
  CHECK(slot.countdown == countdown);
  slot.muted = 0;
}

TEST_CASE("The slot that threads share before they have one is never muted", "[state]") {
  WatchedProcess process(1 << 20);
  ReentryGuard guard(nobodys_slot());
  CHECK(nobodys_slot().countdown == kUsedUp);
  CHECK(nobodys_slot().muted == 0);
}

TEST_CASE("When nobody watches any more, threads are told nothing and ask the kernel nothing", "[state]") {
  WatchedProcess process(4096);
  lw::process().stage = Stage::kOff;
  allocate(1 << 20);
  CHECK(t_slot->owner == ~u32{0});
  CHECK(t_slot->countdown > kNeverSample / 2);
  allocate(u64{1} << 40);
  CHECK(live_sample_count() == 0);
}

// --- the public half -----------------------------------------------------------------------------------------

TEST_CASE("A thread's record carries its number, its counts and its name", "[state]") {
  WatchedProcess process(1 << 20);
  allocate(100);
  const u32 number = record_of(*t_slot, 77);
  CHECK(number != kOtherThreads);
  CHECK(record_of(*t_slot, 78) == number);
  allocate(50);
  publish_record(*t_slot);
  name_record(*t_slot);
  const ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number];
  CHECK(record.tid == sys::thread_id());
  CHECK(record.start_ns == 77);
  CHECK(record.allocations == 2);
  CHECK(record.allocated_bytes == 150);
  CHECK(std::strlen(record.name) > 0);
}

TEST_CASE("In a full table the record of an ended thread is taken again, without its name", "[state]") {
  WatchedProcess process(1 << 20);
  ThreadRecord* all = records<ThreadRecord>(TableId::kThreads);
  const u32 capacity = span_of(TableId::kThreads).capacity;
  take_records(TableId::kThreads, capacity - 1);
  allocate(100);
  CHECK(record_of(*t_slot, 1) == kOtherThreads);
  CHECK(process.drop(DropReason::kThreadRecords).count == 1);

  all[9] = {1234, kThreadEnded, 5, 6, 7, 8, 9, "old name", 1, 2, 3};
  u32 number = kOtherThreads;
  for (u32 i = 0; i < capacity / 64 + 1 && number == kOtherThreads; ++i) number = record_of(*t_slot, 2);
  REQUIRE(number == 9);
  CHECK(all[9].tid == sys::thread_id());
  CHECK(all[9].end_ns == 0);
  CHECK(all[9].flags == 0);
  CHECK(std::strlen(all[9].name) == 0);
  CHECK(all[9].allocations == 1);
}

}  // namespace lw::test
