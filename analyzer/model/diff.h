// SPDX-License-Identifier: Apache-2.0
// What changed between two sets of processes that ran independently: a canary and its baseline, a release and the one
// before.
//
// Sites are matched by the blamed function (match_places.h). Three quantities are compared for each: net growth, level
// and rate of allocation. A change counts
//   – only if it is there in bytes and also per unit of load: twice the load is no change. The unit is the work that
//     the program or its metrics count, where every process of both sides has that, else the allocation call;
//   – of growth, only if the place grows on one side at least by the rules of the verdicts: a warm-up is no slope;
//   – of the level, when one side is much younger, only if the younger one holds more;
//   – if chance explains it with a probability that leaves at most kMostFalseChanges of all changes named false
//     (Benjamini and Hochberg 1995, over all places).
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/population.h"

namespace lw {

inline constexpr f64 kMostFalseChanges = 0.01;

// One of the two sides: everything that was read there, with names for all stacks.
struct DiffSide {
  const Observation* observation;
  const Report* report;
  const Names* names;
};

struct Change {
  bool in_base = false, in_new = false;
  std::string was;  // the function it is taken to have been in base, if that had another name there
  Assessment site;  // of the new side if it is there, else of the base; of the process where there is the most to it
  Estimate growth_bytes_per_s, live_bytes, alloc_bytes_per_s;  // new - base, per process
  bool grows_differently = false, holds_differently = false, allocates_differently = false;
  f64 by_chance = 1;  // of the most significant of the three, over all places (q-value)
};

// Significant changes only: what grows faster first, then what holds more, then what allocates more.
std::vector<Change> changes_between(const DiffSide& base, const DiffSide& fresh);

// Programs that ran on one side only and can therefore not be compared: a sentence each.
std::vector<std::string> not_compared(const DiffSide& base, const DiffSide& fresh);

}  // namespace lw
