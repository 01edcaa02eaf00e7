// SPDX-License-Identifier: Apache-2.0
// The findings beside growth, and what is known about a growing place beside its growth. Each class has a file of its
// own; here they meet, and one cause is told once.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// What is known of growth at a place beside how fast it is: the room for elements among its blocks, and who gives
// blocks from there back. `members`: the finding's series, by process.
void describe_growth(const Observation& observation, const Names& names, std::span<const Member> members,
                     Assessment& finding);

// The stacks that must have names before add_class_findings() can judge this site.
std::vector<StackNumber> stacks_for_classes(const Process& process, const Assessment& site);
// The same for what does not depend on a site.
std::vector<StackNumber> stacks_for_classes(const Process& process);

// Adds to the findings of one process, which are those of growth and mismatch, what else there is, and orders all by
// urgency. What grows because something else does is told there and taken out.
void add_class_findings(const Observation& observation, u32 process, std::span<const Assessment> sites,
                        const Names& names, std::vector<Assessment>& findings);

}  // namespace lw
