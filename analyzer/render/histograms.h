// SPDX-License-Identifier: Apache-2.0
// Sizes and lifetimes as bars.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/histograms.h"
#include "analyzer/model/report.h"
#include "analyzer/render/json.h"

namespace lw {

// Bars of blocks if `by_count`, of bytes otherwise.
std::string sizes_text(const std::vector<SizeBin>& bins, bool by_count, const Report& report, const Terminal& terminal);
Json json_of(const SizeBin& bin);
std::string sizes_json(const std::vector<SizeBin>& bins, const Report& report);

std::string lifetimes_text(const std::vector<LifetimeBin>& bins, const Report& report, const Terminal& terminal);
std::string lifetimes_json(const std::vector<LifetimeBin>& bins, const Report& report);

}  // namespace lw
