// SPDX-License-Identifier: Apache-2.0
// From the case for growth to a verdict, for every site of every process at once: with thousands of tests some look
// significant by chance, so the p-values are judged together.
#pragma once

#include <memory>
#include <vector>

#include "analyzer/base/rare.h"
#include "analyzer/model/grounds.h"
#include "analyzer/model/growth.h"
#include "analyzer/model/pattern.h"
#include "analyzer/model/reach.h"
#include "analyzer/model/verdict.h"

namespace lw {

// Series of one process that are judged as one; none where a process of the same program has nothing there.
struct Member {
  u32 process;
  std::vector<u32> series;
};

// Of a hundred thousand sites there are as many of these. What few of them have is therefore kept apart.
struct Assessment {
  u32 process = 0;          // the first, if there are several
  StackNumber stack{};      // of the first member
  std::vector<u32> series;  // members there; the first one speaks for all. None: not about sites
  u32 processes = 1;        // how many it rests on
  u32 seen_in = 1;          // in how many of them something is alive

  Verdict verdict = Verdict::kSteady;
  Pattern pattern = Pattern::kNone;
  bool told_of_program = false;  // a finding on the whole program says it already
  bool freed_at_exit = false;    // judged by the last profile before the exit
  bool mapped = false;           // what is alive are regions that the program mapped itself
  f64 confidence = 0;
  f64 wait_s = 0;                              // kUnknown: how much longer to watch until it can be told; 0: no use
  Rare<GrowthCase> growth;                     // where blocks grow old
  Rare<ReachCase> reach;                       // where somebody has looked for pointers
  std::shared_ptr<const FamilyShares> shares;  // how common each history was taken to be

  u64 samples = 0;  // of what is alive
  Estimate live_bytes, live_count, bytes_per_s;
  Tally allocated, freed;
  f64 died_by_s = 0;  // 97 % of the freed ones had died by this age
  Estimate kept;      // share of all blocks from here that is never freed, as far as was seen
  u64 mismatches = 0;
  u32 mismatch_kinds = 0;

  Rare<ContainerCase> container;  // of a growing site: the blocks are room for elements
  std::vector<FreedBy> freed_by;  // of a growing site: who gives its blocks back, most frequent first
  // Of the verdict of that name.
  Rare<ResidueCase> residue;
  Rare<ChurnCase> churn;
  Rare<FragmentationCase> fragmentation;
  Rare<ThreadCase> thread;
};

// A leak is reported from this confidence on, and with no more than that.
inline constexpr f64 kLeastConfidence = 0.85;
inline constexpr f64 kMostConfidence = 0.999;
// A process that does one thing, gathers for as long as it takes, frees it all and ends is a job, not a leak. A short
// one that looks like it must be surer than others.
inline constexpr f64 kLeastConfidenceOfJob = 0.97, kLongestJob_s = 60;

// One per series, in order, of each process in order.
std::vector<Assessment> assess_sites(const Observation& observation);

// Several subjects at once, each of one process. They teach how common each history is among them.
std::vector<Assessment> assess(const Observation& observation, const std::vector<Member>& subjects);

// Members of one or several processes, taken as one; several such groups at once. How common each history is was learnt
// before: `shares`, which the members' own assessments carry. The first member has series.
// Growth is that of each process, the sums are of all.
std::vector<Assessment> assess_together(const Observation& observation, const std::vector<std::vector<Member>>& groups,
                                        const std::shared_ptr<const FamilyShares>& shares);

// The share of the process's allocations that leakwatch had to leave out, and that it may therefore be wrong about.
f64 dropped_share(const Process& process);

}  // namespace lw
