// SPDX-License-Identifier: Apache-2.0
// A report for programs.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "analyzer/render/json.h"

namespace lw {

// A finding as it stands among those of a process.
Json json_of_finding(const Process& process, const Assessment& finding, const Names& names);

// A process with its findings and its memory log, without its sites.
Json json_with_findings(const ProcessReport& report, const Names& names);

// Piece by piece, since the sites of a thousand processes with their stacks may be more text than a machine can hold.
using TextSink = std::function<void(std::string_view)>;
void write_report_json(const Report& report, const Names& names, const TextSink& out);
std::string report_json(const Report& report, const Names& names);

}  // namespace lw
