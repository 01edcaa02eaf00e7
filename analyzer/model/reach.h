// SPDX-License-Identifier: Apache-2.0
// From what is known about pointers to single blocks to a statement on a site: lost, partly lost, held by whom.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/rare.h"
#include "analyzer/model/history.h"

namespace lw {

struct ReachCase {
  u32 looks = 0;               // at the blocks that are alive here, that agree; of several processes the fewest
  bool nameless = false;       // allocated before main, without a stack: by the loader, or leakwatch itself
  bool still = false;          // nothing could move while it was looked at, in any of them
  bool kernel_unseen = false;  // in some of them, what epoll sets and timers keep could not be seen
  u32 hidden = 0;              // registers that nobody could see: so many blocks may be held there
  u64 heads = 0;               // sampled blocks with no pointer left
  u64 by_lost = 0;             // sampled blocks that only lost blocks point to
  u64 held = 0;
  f64 lost_bytes = 0, all_bytes = 0;                 // weighted
  std::vector<std::pair<std::string, f64>> holders;  // who holds the others, and which share of them; most first

  u64 lost() const { return heads + by_lost; }
  f64 lost_share() const { return all_bytes > 0 ? lost_bytes / all_bytes : 0; }
};

// Of the same site in one or several processes. Those where nobody looked say nothing; if nobody did, nothing is known.
Rare<ReachCase> reach_case_of(std::span<const Subject> subjects);

// How sure it is that blocks from here are lost; 0 if that cannot be said. Each look at a running process is taken to
// miss a held block with probability 1/e, the worst of random moves; no look sees what the hidden registers hold. Where
// what the kernel keeps was not seen it is at most kWithoutKernel, a judgement and no measurement: few programs have
// their only pointer there, but nothing tells which.
inline constexpr f64 kWithoutKernel = 0.95;
f64 confidence_of_loss(const ReachCase& reach);

}  // namespace lw
