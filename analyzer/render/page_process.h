// SPDX-License-Identifier: Apache-2.0
// One process on the page, but for its stacks: its findings with all there is behind them, its memory over time, sizes
// and lives of its blocks, its threads, what watching cost.
#pragma once

#include "analyzer/render/html_report.h"
#include "analyzer/render/json.h"

namespace lw {

Json page_json_of(const ProcessReport& report, const Names& names);

// A finding that several processes share.
Json page_json_of(const ProgramReport& report, const Names& names);

}  // namespace lw
