// SPDX-License-Identifier: Apache-2.0
// A report for people, the most urgent line first.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/report.h"

namespace lw {

struct TextChoice {
  unsigned most_findings = 10;  // of one process; the rest is counted
  unsigned depth = 8;           // frames shown of a stack
  bool all = false;             // list every line of code with its verdict; needs Report's places
};

std::string report_text(const Report& report, const Names& names, const TextChoice& choice, const Terminal& terminal);

}  // namespace lw
