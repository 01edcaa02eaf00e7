// SPDX-License-Identifier: Apache-2.0
// The first line about a process: what a person must know if they read no further.
#pragma once

#include <string>

#include "analyzer/model/report.h"

namespace lw {

// "server (pid 4711, 12 m 3 s, 12 snapshots): 1 leak — Cache::put(Request const&) at cache.cc:42 grows 3.1 MiB/min
// (±0.4), 99.8 % sure."
// The first line about a program whose processes share a finding.
std::string headline(const ProgramReport& report, const Names& names);

std::string headline(const ProcessReport& report, const Names& names);

// The same without naming the process: "1 leak — Cache::put(Request const&) at …"
std::string verdict_text(const ProcessReport& report, const Names& names);

// "server (pid 4711, 12 m 3 s, 12 snapshots)"
std::string process_text(const Process& process);

// "a leak of 200 KiB/h or more would have been seen with 95 % probability"; empty if none would.
std::string power_text(const ProcessReport& report);

}  // namespace lw
