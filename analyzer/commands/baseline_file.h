// SPDX-License-Identifier: Apache-2.0
// A baseline on disk: JSON that a person can read and a program can edit, with a version of its own ("baseline": 1).
#pragma once

#include <string>

#include "analyzer/model/envelope.h"

namespace lw {

inline constexpr int kBaselineVersion = 1;

std::string baseline_text(const Baseline& baseline);

// False and a sentence if the text is no baseline, a damaged one, or one of a newer leakwatch.
bool parse_baseline(const std::string& text, Baseline& baseline, std::string& why_not);

}  // namespace lw
