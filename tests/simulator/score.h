// SPDX-License-Identifier: Apache-2.0
// Answers compared with the truth, over many services.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "tests/simulator/run.h"

namespace lw::simulator {

// From so many samples on a leak has to be named.
inline constexpr u64 kEnoughSamples = 20;

struct LeakTally {
  u64 leaks = 0, found = 0;  // of those with enough samples
  u64 right_class = 0;
  u64 onsets = 0, right_onset = 0;  // that began later than the process; the interval contains the truth
};

struct DecoyTally {
  u64 services = 0, quiet = 0;
};

// Findings that were given a confidence in one range, and how many of them were true.
struct Reliability {
  u64 findings = 0, real = 0;
  f64 confidence = 0;  // sum
};

inline constexpr std::array<f64, 5> kConfidenceEdges = {0.85, 0.9, 0.95, 0.99, 1.0001};
inline constexpr std::array<u64, 6> kSampleEdges = {8, 14, 20, 30, 50, 100};  // and more

class Score {
 public:
  void add(const Plot& plot, const Run& run);

  u64 services = 0, sites = 0, real_findings = 0, false_findings = 0;
  std::map<std::string, LeakTally> leaks;    // by kind
  std::map<std::string, DecoyTally> decoys;  // by kind
  std::array<LeakTally, kSampleEdges.size()> by_samples;
  std::array<Reliability, kConfidenceEdges.size() - 1> reliability;
  std::vector<std::string> mistakes;  // a sentence each

  LeakTally all_leaks() const;
  DecoyTally all_decoys() const;

 private:
  void judge_leak(const Plot& plot, const Run& run, const KnownLeak& known);
  void judge_alarms(const Plot& plot, const Run& run);
};

}  // namespace lw::simulator
