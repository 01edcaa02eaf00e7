// SPDX-License-Identifier: Apache-2.0
// Room that is kept although nothing is in it any more, or never was.
//
//   untouched  large blocks whose pages have hardly been written to since long ago: a reserve that was never needed
//   emptied    the array or table of a container (container.h) that grew with elements which have all been freed since
//
// A container that is filled and emptied in turn needs its room: only what has stayed empty for a good part of the
// process's life counts.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// Does this site hold room that may turn out to be residue, or did elements go from here that may have left such room?
// Their stacks need names.
bool may_be_residue(const Process& process, const Assessment& site);

// Of one process, largest first. Sites that have no names are passed over.
std::vector<Assessment> residues(const Observation& observation, std::span<const Assessment> sites, const Names& names);

}  // namespace lw
