// SPDX-License-Identifier: Apache-2.0
// From verdicts on stacks to findings for people: a line of code that leaks is one finding, however many ways lead
// there, and several stacks that are each too rarely sampled may together be enough.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

struct FindingChoice {
  bool unfreed = false;          // list what was alive at a normal exit also where not every allocation was recorded
  bool unfreed_if_exact = true;  // list it where every allocation was recorded
};

// Sites whose verdict may end up in a finding, or whose company could make it one: their stacks need names first.
bool is_of_interest(const Process& process, const Assessment& site, const FindingChoice& choice);

// Of one process, worst first.
std::vector<Assessment> findings_of(const Observation& observation, std::span<const Assessment> sites,
                                    const Names& names, const FindingChoice& choice);

}  // namespace lw
