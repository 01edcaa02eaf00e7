// SPDX-License-Identifier: Apache-2.0
// What findings rest on besides the tests of growth: the figures that each kind of verdict is explained with.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/model/code.h"
#include "analyzer/model/estimate.h"

namespace lw {

enum class ContainerKind : u8 { kArray, kTable };

// See container.h.
struct ContainerCase {
  ContainerKind kind = ContainerKind::kArray;
  bool by_sizes = false, by_frames = false;  // the marks that it bears; at least one
  f64 capacity_bytes = 0;                    // of all such blocks alive
  f64 largest_bytes = 0;                     // of one
  f64 last_growth_s = 0;                     // birth of the largest
  std::optional<f64> touched_share;          // of the largest: what was ever written to, if measured
  u32 steps = 0;                             // growths by at least a quarter, seen between profiles
};

// See residue.h.
struct ResidueCase {
  bool emptied = false;                             // otherwise never touched
  f64 capacity_bytes = 0;                           // of the blocks in question
  f64 touched_bytes = 0;                            // of that, ever written to
  ContainerKind kind = ContainerKind::kArray;       // emptied: what it is the room of
  StackNumber contents{};                           // emptied: the site of the elements that have gone
  f64 contents_peak_bytes = 0, contents_bytes = 0;  // of them, at most and now
  f64 since_s = 0;                                  // for how long it has been so
};

// See churn.h.
struct ChurnCase {
  f64 blocks_per_s = 0, bytes_per_s = 0;  // allocated at the site
  f64 call_share = 0;                     // of all allocations of the process
  f64 cpu_share = 0;                      // of the process's CPU time, for all its allocations and frees: an estimate
};

// See fragmentation.h.
struct FragmentationCase {
  bool rising = false;        // it becomes more all the time; otherwise it has stayed since a peak
  f64 free_bytes = 0;         // resident and handed out to nobody: rising: lately; else for the second half of the time
  f64 in_use_bytes = 0;       // handed out, at most, in the second half of the time
  f64 most_in_use_bytes = 0;  // ever
  f64 releasable_bytes = 0;   // a trim would give back so much at once; 0: not known
  f64 window_s = 0;           // the time this rests on
  u64 threads = 0;
  Estimate bytes_per_s;  // rising: of the free bytes
};

// See thread_growth.h.
struct ThreadCase {
  u64 running = 0, ended = 0;  // of the threads that were made there and are known
  Estimate threads_per_s;
  f64 stack_bytes = 0;     // resident, of one
  f64 reserved_bytes = 0;  // addresses taken by the stacks of all that run
  f64 heap_bytes = 0;      // alive and allocated when they began
};

// One way in which blocks of a site are given back. See freed_by.h.
struct FreedBy {
  StackNumber stack{};
  f64 share = 0;  // of the frees whose stack is known
};

}  // namespace lw
