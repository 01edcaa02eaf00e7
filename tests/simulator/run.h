// SPDX-License-Identifier: Apache-2.0
// One simulated run of a service from its first second to the answer that leakwatch gives about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/report.h"
#include "tests/simulator/behaviours.h"

namespace lw::simulator {

// What the service does that is scored; everything else about it follows from the seed.
struct Plot {
  u64 seed = 0;
  const LeakKind* leak = nullptr;  // one of these two
  const DecoyKind* decoy = nullptr;
};

struct KnownLeak {
  Leak leak;
  u64 samples = 0;  // it has left by the end
};

struct Run {
  Observation observation;
  Report report;
  Names names;
  std::vector<KnownLeak> leaks;
  f64 run_s = 0;

  const ProcessReport& answer() const { return report.processes.front(); }
  std::string place_of(const Assessment& assessment) const { return names.site(assessment.stack).function; }
};

Run run(const Plot& plot);

// The parts of it, for other experiments:

// The other sites of the program, about `most` at the most; all of them are healthy.
void add_company(Stage& stage, f64 most);
// A snapshot with the memory log that the service would have written by then.
Snapshot snapshot_of(Stage& stage, f64 now_s, DumpReason reason);
Names names_of(const Observation& observation, const std::vector<std::string>& places);
// Judges what was observed.
void answer(Run& run, const std::vector<std::string>& places);

}  // namespace lw::simulator
