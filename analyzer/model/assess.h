// SPDX-License-Identifier: Apache-2.0
// From the case for growth to a verdict, for every site of every process at once: with thousands of tests some look
// significant by chance, so the p-values are judged together.
#pragma once

#include <optional>
#include <vector>

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

struct Assessment {
  u32 process = 0;               // the first, if there are several
  std::vector<u32> series;       // members there; the first one speaks for all. None: not about sites
  StackNumber stack{};           // of the first member
  u32 processes = 1;             // how many it rests on
  u32 seen_in = 1;               // in how many of them something is alive
  bool told_of_program = false;  // a finding on the whole program says it already

  Verdict verdict = Verdict::kSteady;
  f64 confidence = 0;
  Pattern pattern = Pattern::kNone;
  f64 wait_s = 0;  // kUnknown: how much longer to watch until it can be told
  GrowthCase growth;
  ReachCase reach;
  bool freed_at_exit = false;  // judged by the last profile before the exit

  u64 samples = 0;      // of what is alive
  bool mapped = false;  // what is alive are regions that the program mapped itself
  Estimate live_bytes, live_count, bytes_per_s;
  Tally allocated, freed;
  f64 died_by_s = 0;  // 97 % of the freed ones had died by this age
  Estimate kept;      // share of all blocks from here that is never freed, as far as was seen
  u64 mismatches = 0;
  u32 mismatch_kinds = 0;

  std::optional<ContainerCase> container;  // of a growing site: the blocks are room for elements
  std::vector<FreedBy> freed_by;           // of a growing site: who gives its blocks back, most frequent first
  // Of the verdict of that name.
  std::optional<ResidueCase> residue;
  std::optional<ChurnCase> churn;
  std::optional<FragmentationCase> fragmentation;
  std::optional<ThreadCase> thread;
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
// before: `shares`, which the members' own assessments carry in growth.shape.shares. The first member has series.
// Growth is that of each process, the sums are of all.
std::vector<Assessment> assess_together(const Observation& observation, const std::vector<std::vector<Member>>& groups,
                                        const FamilyShares& shares);

// The share of the process's allocations that leakwatch had to leave out, and that it may therefore be wrong about.
f64 dropped_share(const Process& process);

}  // namespace lw
