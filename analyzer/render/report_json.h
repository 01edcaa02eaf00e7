// SPDX-License-Identifier: Apache-2.0
// A report for programs.
#pragma once

#include <string>

#include "analyzer/render/json.h"

namespace lw {

// A finding as it stands among those of a process.
Json json_of_finding(const Process& process, const Assessment& finding, const Names& names);

// A process with its findings and its memory log, without its sites.
Json json_with_findings(const ProcessReport& report, const Names& names);

std::string report_json(const Report& report, const Names& names);

}  // namespace lw
