// SPDX-License-Identifier: Apache-2.0
// Sites in the order of a measure, and sites that are one line of code taken together.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/findings.h"
#include "analyzer/model/measure.h"

namespace lw {

// The sites with the largest values, largest first.
std::vector<Assessment> ranked(const Process& process, std::vector<Assessment> sites, const Measure& measure,
                               size_t most);

// The stacks of the sites that are among the `most` with the largest values by any measure.
std::vector<StackNumber> stacks_of_largest(const Process& process, std::span<const Assessment> sites, size_t most);

// Sites that are blamed on the same line, taken as one. All must have names.
std::vector<Assessment> merged_by_place(const Observation& observation, const std::vector<Assessment>& sites,
                                        const Names& names);

}  // namespace lw
