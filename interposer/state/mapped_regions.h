// SPDX-License-Identifier: Apache-2.0
// Where the regions lie that the program has mapped itself: those of which a sample was taken, and those in which it
// has only reserved addresses. A sample is found by its first byte (live_set.h), but memory is unmapped in any pieces,
// so that needs a search by range. Private to the process; a forked child begins with an empty table.
//
// A flat table of 8,192 places, read from one end to the other. Regions of a size that is surely sampled are few in
// most programs (some tens), and each question comes with a system call that changes the address space: a thousand
// regions make it a microsecond longer. Lock-free: a place is claimed, filled and published by its first word; who
// takes a region out marks that word first. Two callers never deal with the same region at a time, unless the program
// unmaps something twice.
#pragma once

#include "interposer/state/process.h"

namespace lw {

enum RegionMark : u32 {
  kRegionReserved = 2,  // addresses, not memory: no sample
  kRegionShared = 4,    // the system counts it as shared memory
};

struct Region {
  u64 start, end;
  u32 marks;
  f64 stands_for;  // how many regions like it there are: 1/p of its sample; 1 of a reserved one
};

inline bool any_regions() { return load_relaxed(process().regions_high) != 0; }

// False if there is no room.
bool enter_region(const Region& region);

// Takes one region out that overlaps [start, end); false if there is none.
bool take_region(u64 start, u64 end, Region* region);

// How much of the regions is in memory and counts as the process's own, as far as that was measured: a sampled region
// in full until then, a reserved one not at all. An estimate.
u64 mapped_bytes();

// Asks the kernel how much of each region is in memory, for about a millisecond at most; the next time goes on from
// there. One thread at a time.
void measure_regions();

}  // namespace lw
