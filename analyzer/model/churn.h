// SPDX-License-Identifier: Apache-2.0
// Blocks that are made and dropped at a high rate: no leak, but work, which re-use or room made in advance would spare.
//
// How much work is an estimate: the calls are counted exactly, and each pair of an allocation and its free is taken to
// cost what one costs that the allocator serves from its thread's cache. Larger blocks, or a cache miss, cost more.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// On glibc 2.36 a pair takes 13 ns where the same block comes back at once, and 32 ns where blocks of 16 to 400 bytes are
// freed in random order (docs/other-verdicts.md).
inline constexpr f64 kPairCost_s = 20e-9;
// A program that spends less than this in its allocator would not be noticeably faster if it spent half of it. That is
// a tenth of its time, of which re-use at one place saves a part.
inline constexpr f64 kLeastChurnCpuShare = 0.1;
// … of a program that is busy at all,
inline constexpr f64 kLeastBusyCpus = 0.1;
// … at a place that causes a good part of it,
inline constexpr f64 kLeastCallShare = 0.2;
// … with blocks that live for moments.
inline constexpr f64 kLongestChurnLife_s = 1;

// All allocations of a process.
struct ChurnTotal {
  f64 pairs_per_s = 0;  // exact
  f64 cpus = 0;         // CPUs that the process kept busy on average; 0: not known
  f64 cpu_share = 0;    // of that, the part of the pairs: an estimate
};

ChurnTotal churn_of(const Process& process);

bool may_be_churn(const Process& process, const Assessment& site);

// Of one process, the most frequent first.
std::vector<Assessment> churning(const Observation& observation, std::span<const Assessment> sites, const Names& names);

}  // namespace lw
