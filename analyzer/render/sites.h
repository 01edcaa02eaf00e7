// SPDX-License-Identifier: Apache-2.0
// Sites one by one, each with its stack and its verdict.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/histograms.h"
#include "analyzer/model/report.h"

namespace lw {

// `depth`: frames shown of a stack.
std::string sites_text(const std::vector<SiteOfProcess>& sites, const Measure& measure, const Names& names,
                       const Report& report, unsigned depth, const Terminal& terminal);

}  // namespace lw
