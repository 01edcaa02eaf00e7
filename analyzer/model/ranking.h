// SPDX-License-Identifier: Apache-2.0
// The orders in which sites can be listed.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analyzer/model/findings.h"

namespace lw {

struct Ranking {
  std::string_view word;     // after --by
  std::string_view meaning;  // completes "by …"
  f64 (*value)(const Process& process, const Assessment& site);
};

std::span<const Ranking> all_rankings();
const Ranking& ranking_by(std::string_view word);  // the first one if there is none of that name

// The sites with the largest values, largest first.
std::vector<Assessment> ranked(const Process& process, std::vector<Assessment> sites, const Ranking& ranking,
                               size_t most);

// Sites that are blamed on the same line, taken as one. All must have names.
std::vector<Assessment> merged_by_place(const Observation& observation, const std::vector<Assessment>& sites,
                                        const Names& names);

}  // namespace lw
