// SPDX-License-Identifier: Apache-2.0
// A process's memory over time, from both sides: what the system says it has, what the program holds of it.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/report.h"

namespace lw {

std::string memory_text(const Report& report, const Terminal& terminal);
std::string memory_json(const Report& report);

}  // namespace lw
