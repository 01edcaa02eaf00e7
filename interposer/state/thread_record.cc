// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_record.h"

#include <sys/prctl.h>

#include "interposer/platform/syscalls.h"
#include "interposer/state/drops.h"
#include "interposer/state/live_table.h"
#include "interposer/state/thread_birth.h"

namespace lw {
namespace {

// A server that makes a thread per connection would use up any table: records of ended threads are taken again.
// A live sample of such a thread then shows the name of the newer one; its site and everything else stay right.
u32 take_ended_record() {
  ThreadRecord* all = records<ThreadRecord>(TableId::kThreads);
  const u32 count = used_records(TableId::kThreads);
  static u32 hand = 0;
  for (u32 i = 0; i < 64 && count > 1; ++i) {
    const u32 at = 1 + add_relaxed(hand, 1u) % (count - 1);
    ThreadRecord& record = all[at];
    if (!replace(record.flags, static_cast<u32>(kThreadEnded), 0u)) continue;
    store_relaxed(record.tid, 0u);  // until the new thread's numbers are in it
    store_relaxed(record.end_ns, u64{0});
    for (char& letter : record.name) store_relaxed(letter, '\0');
    store_relaxed(record.parent, 0u);
    store_relaxed(record.made_by, 0u);
    store_relaxed(record.stack_bytes, u64{0});
    return at;
  }
  return kNoRecord;
}

// The owner itself looks once more for a note that it did not find at its beginning.
void store_origin(const ThreadSlot& slot, ThreadRecord& record) {
  if (&slot == &nobodys_slot() || load_relaxed(slot.owner) == process().pid) return;
  Newborn& origin = origin_of(slot);
  const bool is_me = origin.self == reinterpret_cast<u64>(__builtin_thread_pointer());
  if (is_me && origin.stack_bytes == 0) take_newborn(origin.self, &origin);
  if (load_relaxed(origin.stack_bytes) == 0) return;
  store_relaxed(record.parent, load_relaxed(origin.parent));
  store_relaxed(record.made_by, load_relaxed(origin.made_by));
  store_relaxed(record.stack_bytes, load_relaxed(origin.stack_bytes));
}

}  // namespace

// The owner at its sample and the thread that publishes for all may come here for one slot at the same time; the
// record of the one that is late goes back to where ended ones are found.
u32 record_of(ThreadSlot& slot, u64 now_ns) {
  if (const u32 have = load_acquire(slot.record); have != 0) return have - 1;
  u32 number = take_records(TableId::kThreads, 1);
  if (number == kNoRecord) number = take_ended_record();
  if (number == kNoRecord) {
    count_drop(DropReason::kThreadRecords);
    return kOtherThreads;
  }
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number];
  if (!replace(slot.record, 0u, number + 1)) {
    store_release(record.flags, static_cast<u32>(kThreadEnded));
    return record_of(slot, now_ns);
  }
  store_relaxed(record.start_ns, now_ns);
  publish_record(slot);
  store_release(record.tid, load_relaxed(slot.owner));
  return number;
}

void publish_record(const ThreadSlot& slot) {
  const u32 number = load_relaxed(slot.record);
  if (number == 0) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number - 1];
  const Counts counts = counts_of(slot);
  if (!still_is(slot.record, number)) return;  // the thread ended, and its counts have moved on
  store_relaxed(record.allocations, counts.allocations);
  store_relaxed(record.frees, counts.frees);
  store_relaxed(record.allocated_bytes, counts.allocated_bytes);
  if (load_relaxed(record.stack_bytes) == 0) store_origin(slot, record);
}

void end_record(ThreadSlot& slot, u64 now_ns) {
  const u32 number = load_relaxed(slot.record);
  if (number == 0 || !replace(slot.record, number, 0u)) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number - 1];
  store_relaxed(record.end_ns, now_ns);
  store_release(record.flags, static_cast<u32>(kThreadEnded));
}

void name_record(const ThreadSlot& slot) {
  const u32 number = load_relaxed(slot.record);
  if (number == 0) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number - 1];
  sys::call(SYS_prctl, PR_GET_NAME, sys::word(record.name));
}

}  // namespace lw
