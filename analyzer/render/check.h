// SPDX-License-Identifier: Apache-2.0
// The outcome of a check: a line for each violation, or JSON.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/limits.h"

namespace lw {

struct CheckedProcess {
  const ProcessReport* report;
  Violations violations;
};

std::string check_text(const std::vector<CheckedProcess>& checked, const Names& names, const Terminal& terminal);
std::string check_json(const std::vector<CheckedProcess>& checked, const Names& names,
                       const std::vector<std::string>& warnings);

}  // namespace lw
