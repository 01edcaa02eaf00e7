// SPDX-License-Identifier: Apache-2.0
// The books of a process's memory for people, and what lies ahead of it.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/report.h"

namespace lw {

// A line on the whole, a line for each part that matters, and a sentence where both sides disagree. Indented.
std::string ledger_text(const ProcessReport& report, const Terminal& terminal);

// "At this pace it meets the limit of its control group, 512 MiB, in about 3 h (2 h to 5 h): 75 % of that by
// Cache::put at cache.cc:42." Empty where nothing is foretold.
std::string forecast_text(const ProcessReport& report, const Names& names);

// A sentence where what is alive and what the system sees do not go the same way; else empty.
std::string disagreement_text(const Ledger& ledger);
// "+3.1 MiB/min"; "level" where it may as well be nothing.
std::string slope_text(const Estimate& rate);

// "files and shared memory"
const char* part_text(LedgerPart part);

}  // namespace lw
