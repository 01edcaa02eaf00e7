// SPDX-License-Identifier: Apache-2.0
// A healthy period, remembered, and whether processes are still within it.
//
// A finding that the baseline had as well is accepted as long as there is not significantly more to it than in the
// baseline's processes. Besides, a place that the baseline knows may hold or allocate significantly more than it did:
// that breaks the build too, though it is no finding by itself. Each process stands for itself, because one bad one
// among ten must not vanish in their mean; the tests of all processes and places are judged together (Benjamini and
// Hochberg), with at most kMostFalseChanges false ones among those named.
#pragma once

#include "analyzer/model/limits.h"
#include "analyzer/model/population.h"

namespace lw {

struct Baseline {
  std::string leakwatch_version;
  std::map<std::string, Population> populations;  // by program
};

Baseline baseline_of(const std::vector<MeasuredProcess>& processes, const Observation& observation);

// Violations of `report`, whose processes were measured in the same order. Programs that the baseline does not know are
// judged without it and named in `unknown`. `processes` must outlive the result.
std::vector<Violation> violations_beyond(const Baseline& baseline, const Observation& observation, const Report& report,
                                         const std::vector<MeasuredProcess>& processes, const Names& names,
                                         const Limits& limits, std::vector<std::string>& unknown);

}  // namespace lw
