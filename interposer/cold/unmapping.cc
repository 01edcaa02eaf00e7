// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/unmapping.h"

#include "interposer/cold/admission.h"
#include "interposer/cold/record_sample.h"
#include "interposer/platform/clock.h"
#include "interposer/state/drops.h"
#include "interposer/state/live_set.h"
#include "interposer/state/sigbus_mask.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

bool is_reserved(const Region& region) { return (region.marks & kRegionReserved) != 0; }

// What is still there of a region. Without room for it in the table its end would not be noticed, and it would pass for
// a leak: then it is booked as gone, and is a drop.
bool goes_on(const Region& region, u64 start, u64 end) {
  if (start >= end) return false;
  if (enter_region({start, end, region.marks, region.stands_for})) return true;
  if (!is_reserved(region)) {
    count_drop(DropReason::kRegionsFull, region.stands_for * static_cast<f64>(end - start));
  }
  return false;
}

}  // namespace

Unmapping::Unmapping(u64 start, u64 bytes) : start_(start), end_(start + whole_pages(bytes)) {
  if (start % 4096 != 0 || end_ <= start_ || !watching()) return;
  LetSigbusIn in_case_of_loss;
  for (Taken taken; take_region(start_, end_, &taken.region);) {
    taken.sampled = !is_reserved(taken.region) && take_sample(taken.region.start, &taken.sample);
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
  const bool left = goes_on(region, region.start, start_), right = goes_on(region, end_, region.end);
  if (is_reserved(region)) return;
  ThreadSlot& slot = *claim_slot();
  if (!left && !right) count_one(slot.frees);
  if (left && right) count_allocation(0);
  if (!taken.sampled) return;
  if (left || right) {
    book_cut(taken.sample, left ? start_ : region.start, right ? end_ : region.end, monotonic_ns());
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
    const bool kept = goes_on(taken.region, taken.region.start, taken.region.end);
    if (!taken.sampled) continue;
    kept ? lw::put_back(taken.sample) : book_free_here(taken.sample, FreeKind::kUnknown);
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
