// SPDX-License-Identifier: Apache-2.0
// A function between its callers and its callees.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/neighbours.h"

namespace lw {

std::string peek_text(const StackView& view, const std::vector<Neighbourhood>& found, const Report& report,
                      const Terminal& terminal);
std::string peek_json(const StackView& view, const std::vector<Neighbourhood>& found, const Report& report);

}  // namespace lw
