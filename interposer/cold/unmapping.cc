// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/unmapping.h"

#include "interposer/cold/record_sample.h"
#include "interposer/platform/clock.h"
#include "interposer/state/drops.h"
#include "interposer/state/live_set.h"
#include "interposer/state/sigbus_mask.h"
#include "snapshot/weight.h"

namespace lw {

Unmapping::Unmapping(u64 start, u64 bytes) : start_(start), end_(start + whole_pages(bytes)) {
  if (start % 4096 != 0 || end_ <= start_ || !watching()) return;
  LetSigbusIn in_case_of_loss;
  for (Taken taken; take_region(start_, end_, &taken.region);) {
    const bool reserved = (taken.region.marks & kRegionReserved) != 0;
    taken.sampled = !reserved && take_sample(taken.region.start, &taken.sample);
    if (count_ < kMost) {
      taken_[count_++] = taken;
    } else {
      settle(taken, FreeKind::kMunmap);
    }
  }
}

void Unmapping::settle(const Taken& taken, FreeKind how) const {
  LetSigbusIn in_case_of_loss;
  const Region& region = taken.region;
  const bool left = region.start < start_, right = end_ < region.end;
  if (left) enter_region({region.start, start_, region.marks, region.stands_for});
  if (right) enter_region({end_, region.end, region.marks, region.stands_for});
  if ((region.marks & kRegionReserved) != 0) return;
  ThreadSlot& slot = *claim_slot();
  if (!left && !right) count_one(slot.frees);
  if (left && right) count_one(slot.allocations);
  if (!taken.sampled) return;
  if (left || right) {
    book_cut(taken.sample, start_, end_, monotonic_ns());
  } else {
    book_free_here(taken.sample, how);
  }
}

void Unmapping::done(FreeKind how) {
  for (u32 i = 0; i < count_; ++i) settle(taken_[i], how);
}

void Unmapping::put_back() {
  for (u32 i = 0; i < count_; ++i) {
    const Taken& taken = taken_[i];
    enter_region(taken.region);
    if (taken.sampled) lw::put_back(taken.sample);
  }
}

void Unmapping::was_missed() {
  LetSigbusIn in_case_of_loss;
  for (u32 i = 0; i < count_; ++i) {
    if (taken_[i].sampled && (taken_[i].sample.flags & kSampleInherited) == 0) {
      count_drop(DropReason::kMissedFree, weight_of(taken_[i].sample.size, taken_[i].sample.interval).bytes);
    }
    settle(taken_[i], FreeKind::kUnknown);
  }
}

}  // namespace lw
