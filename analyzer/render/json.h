// SPDX-License-Identifier: Apache-2.0
// The parts that all JSON outputs share. Schema 1: keys are never renamed, new ones may be added.
#pragma once

#include <nlohmann/json.hpp>

#include "analyzer/model/report.h"

namespace lw {

using Json = nlohmann::ordered_json;

// Six significant digits; whole numbers without a point.
Json json_number(f64 value);
Json json_of(const Estimate& estimate);
Json json_of(const NamedStack& stack);  // "stack": every frame, innermost first
Json json_of_site(const NamedFrame& frame);
Json json_of(const Process& process, const Assessment& assessment, const Names& names);
// Without findings and sites.
Json json_of_process(const ProcessReport& report);

// Text from somebody else's process may be no valid UTF-8: bytes that are not become U+FFFD.
std::string json_text(const Json& json);

}  // namespace lw
