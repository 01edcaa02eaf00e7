// SPDX-License-Identifier: Apache-2.0
// Everything an answer about some files consists of, computed; whoever renders it only chooses words and columns.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/churn.h"
#include "analyzer/model/findings.h"
#include "analyzer/model/forecast.h"
#include "analyzer/model/ledger.h"
#include "analyzer/model/power.h"

namespace lw {

// What watching has cost the process.
struct Cost {
  f64 samples_per_s = 0;
  f64 cpu_share = 0;  // of one CPU, over the whole run
  f64 own_bytes = 0;
  f64 dropped_share = 0;  // of the allocated bytes
};

struct ProcessReport {
  const Process* process = nullptr;
  std::vector<Assessment> sites;                                        // all, in the order of the process's series
  std::vector<Assessment> findings;                                     // worst first
  std::vector<Assessment> places;                                       // see add_places()
  std::array<u32, static_cast<size_t>(Verdict::kSteady) + 1> counts{};  // of sites, by verdict
  f64 wait_s = 0;  // until the first undecided site can be told; 0: none can
  Power power;
  Ledger ledger;
  std::optional<Forecast> forecast;  // needs findings
  ChurnTotal churn;
  Cost cost;

  u32 count(Verdict verdict) const { return counts[static_cast<size_t>(verdict)]; }
  u32 leaks() const;  // findings that are leaks
};

// Several processes of one program, judged together.
struct ProgramReport {
  std::vector<const Process*> processes;  // in the order of the observation
  std::vector<Assessment> findings;       // fastest first, not empty
};

struct Report {
  std::vector<ProgramReport> programs;   // those with findings that several of their processes share
  std::vector<ProcessReport> processes;  // those with leaks first, fastest first
  std::vector<std::string> warnings;     // sentences
};

// One entry per process, in the observation's order, still without findings: those need names.
Report report_on(const Observation& observation);

// Fills in the findings and orders the processes.
void add_findings(Report& report, const Observation& observation, const Names& names, const FindingChoice& choice);

// For each line of code what all its sites are together; where it grows, what the finding says. After the findings; all
// stacks must have names.
void add_places(Report& report, const Observation& observation, const Names& names);

}  // namespace lw
