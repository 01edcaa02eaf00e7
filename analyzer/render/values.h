// SPDX-License-Identifier: Apache-2.0
// Values of any measure, with their errors, as people read them.
#pragma once

#include <string>

#include "analyzer/model/measure.h"

namespace lw {

std::string value_text(Unit unit, f64 value);  // "3.1 MiB", "12,345", "3.1 MiB/min", "2 m 3 s", "1.2 GiB·h"

// "3.1 MiB ±0.3": the error is half the width of the limits, in the unit of the value; without one where nothing was
// sampled, but all counted.
std::string estimate_text(Unit unit, const Estimate& estimate);

const char* unit_word(Unit unit);  // for programs: "bytes", "blocks", "bytes_per_s", "s", "byte_hours"

}  // namespace lw
