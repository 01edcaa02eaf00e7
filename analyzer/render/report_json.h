// SPDX-License-Identifier: Apache-2.0
// A report for programs.
#pragma once

#include <string>

#include "analyzer/model/report.h"

namespace lw {

std::string report_json(const Report& report, const Names& names);

}  // namespace lw
