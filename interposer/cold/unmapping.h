// SPDX-License-Identifier: Apache-2.0
// A range of addresses that is about to lose what is mapped there. Its sampled regions are taken out of the tables
// before the system call and booked after it, or put back if it has failed.
#pragma once

#include "interposer/cold/bookkeeping.h"
#include "interposer/state/mapped_regions.h"

namespace lw {

inline u64 whole_pages(u64 bytes) { return (bytes + 4095) & ~u64{4095}; }

class Unmapping {
 public:
  Unmapping() : Unmapping(0, 0) {}
  // A range that the kernel will refuse is taken for empty.
  Unmapping(u64 start, u64 bytes);
  Unmapping(const Unmapping&) = delete;
  Unmapping& operator=(const Unmapping&) = delete;

  // It is gone. Regions that reach beyond it go on as what is left of them.
  void done(FreeKind how);
  // Nothing was unmapped.
  void put_back();
  // Something new is mapped there, so what we had there was unmapped long ago, past us.
  void was_missed();

  // The first one that was found; nullptr: none, or none with a sample.
  const Region* region() const { return count_ != 0 ? &taken_[0].region : nullptr; }
  const LiveSample* sample() const { return count_ != 0 && taken_[0].sampled ? &taken_[0].sample : nullptr; }

 private:
  struct Taken {
    Region region;
    LiveSample sample;
    bool sampled;
  };
  // More than these in one call are booked at once: if the call fails they are known no longer.
  static constexpr u32 kMost = 4;

  void settle(const Taken& taken, FreeKind how) const;

  u64 start_, end_;
  u32 count_ = 0;
  Taken taken_[kMost];
};

}  // namespace lw
