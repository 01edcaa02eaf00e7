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

// What no process shows by itself must be as sure as this in all together: there are many places to look at in a
// program, and what its processes do alike looks like growth in many ways.
inline constexpr f64 kLeastSharedConfidence = 0.97;

// Of one process, worst first.
std::vector<Assessment> findings_of(const Observation& observation, std::span<const Assessment> sites,
                                    const Names& names, const FindingChoice& choice);

// Processes of one program: siblings, restarts, workers of several hosts, perhaps of different builds.
using Program = std::vector<u32>;  // numbers of processes

// Those with at least two processes that can be judged; known by their names and those of their executables.
std::vector<Program> programs_in(const Observation& observation);

// What grows in a program when its processes are taken together, fastest first: leaks that several of them have, also
// those that are too rare in each to be told. `sites`: those of all processes, by the number of the process. All of the
// program's stacks must have names: who leaves out a healthy one finds a leak that is none.
std::vector<Assessment> program_findings_of(const Observation& observation, const Program& program,
                                            const std::vector<std::span<const Assessment>>& sites, const Names& names);

}  // namespace lw
