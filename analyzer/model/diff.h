// SPDX-License-Identifier: Apache-2.0
// What changed between two sets of processes that ran independently: a canary and its baseline, a release and the one
// before. Addresses, inlining and line numbers may have moved, so sites are matched by the blamed function.
#pragma once

#include <vector>

#include "analyzer/model/names.h"
#include "analyzer/model/report.h"

namespace lw {

// One of the two sides: everything that was read there, with names for all stacks.
struct DiffSide {
  const Observation* observation;
  const Report* report;
  const Names* names;
};

struct Change {
  bool in_base = false, in_new = false;
  Assessment site;                          // of the new side if it is there, else of the base; of its largest process
  Estimate growth_bytes_per_s, live_bytes;  // new - base, per process
  f64 by_chance = 1;                        // of the more significant of the two, over all sites (q-value)
};

// Significant changes only, those that cost the most first.
std::vector<Change> changes_between(const DiffSide& base, const DiffSide& fresh);

}  // namespace lw
