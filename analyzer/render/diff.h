// SPDX-License-Identifier: Apache-2.0
// Changes between two sets of processes, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/diff.h"

namespace lw {

std::string diff_text(const DiffSide& base, const DiffSide& fresh, const std::vector<Change>& changes,
                      const std::vector<std::string>& notes, const Terminal& terminal);
std::string diff_json(const DiffSide& base, const DiffSide& fresh, const std::vector<Change>& changes,
                      const std::vector<std::string>& notes);

}  // namespace lw
