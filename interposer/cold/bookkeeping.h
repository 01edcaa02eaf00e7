// SPDX-License-Identifier: Apache-2.0
// What the birth and the death of a sample change in the tables. Takes the time from its callers and reads no stack.
#pragma once

#include "snapshot/live_layout.h"

namespace lw {

// The function that gave a block back, for finding mismatches.
enum class FreeKind : u8 {
  kFree = 0,
  kDelete = 1,
  kDeleteArray = 2,
  kDallocx = 3,
  kRealloc = 4,
  kMunmap = 5,
  kUnknown = 6,  // it is not known any more: no mismatch
  kMremap = 7,   // moved or resized
};

// Enters a sample whose fields are complete, and books its allocation. If there is no room even after thinning, nothing
// is booked and the drop is counted. An address that is still marked live proves a missed free: that is booked first.
void book_birth(const LiveSample& sample, u64 now_ns);

// Books the free of a sample that was taken out of the live set.
void book_free(const LiveSample& sample, FreeKind how, u64 now_ns);

// [start, end) of a mapped region is unmapped, and something is left of it; its sample was taken out of the live set.
// What is left is entered instead, as one sample or as two.
void book_cut(const LiveSample& whole, u64 start, u64 end, u64 now_ns);

}  // namespace lw
