// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_record.h"

#include <sys/prctl.h>

#include "interposer/platform/syscalls.h"
#include "interposer/state/drops.h"
#include "interposer/state/live_table.h"

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
    if (replace(all[at].flags, static_cast<u32>(kThreadEnded), 0u)) {
      all[at].end_ns = 0;
      return at;
    }
  }
  return kNoRecord;
}

}  // namespace

u32 record_of(ThreadSlot& slot, u64 now_ns) {
  if (slot.record != 0) return slot.record - 1;
  u32 number = take_records(TableId::kThreads, 1);
  if (number == kNoRecord) number = take_ended_record();
  if (number == kNoRecord) {
    count_drop(DropReason::kThreadRecords);
    return kOtherThreads;
  }
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number];
  store_relaxed(record.start_ns, now_ns);
  store_relaxed(slot.record, number + 1);
  publish_record(slot);
  store_release(record.tid, load_relaxed(slot.owner));
  return number;
}

void publish_record(const ThreadSlot& slot) {
  const u32 number = load_relaxed(slot.record);
  if (number == 0) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number - 1];
  const Counts counts = counts_of(slot);
  store_relaxed(record.allocations, counts.allocations);
  store_relaxed(record.frees, counts.frees);
  store_relaxed(record.allocated_bytes, counts.allocated_bytes);
}

void end_record(ThreadSlot& slot, u64 now_ns) {
  const u32 number = load_relaxed(slot.record);
  if (number == 0 || !replace(slot.record, number, 0u)) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[number - 1];
  store_relaxed(record.end_ns, now_ns);
  store_release(record.flags, static_cast<u32>(kThreadEnded));
}

void name_record(const ThreadSlot& slot) {
  if (slot.record == 0) return;
  ThreadRecord& record = records<ThreadRecord>(TableId::kThreads)[slot.record - 1];
  sys::call(SYS_prctl, PR_GET_NAME, sys::word(record.name));
}

}  // namespace lw
