// SPDX-License-Identifier: Apache-2.0
// Who normally gives the blocks of a place back. Beside a leak it names the way that was not taken.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// The stacks that free blocks of a site, which need names before freed_by() can tell them apart.
std::vector<StackNumber> releasing_stacks(const Process& process, const Assessment& site);

// The places that free what these series of one or several processes allocate, each with its share, most frequent
// first; of a place reached by several stacks the most frequent one speaks. At most three, none with less than a
// hundredth.
std::vector<FreedBy> freed_by(const Observation& observation, std::span<const Member> members, const Names& names);

}  // namespace lw
