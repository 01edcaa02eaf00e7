// SPDX-License-Identifier: Apache-2.0
// What `check` accepts: which of a report's findings break the build.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/places.h"
#include "analyzer/model/suppressions.h"

namespace lw {

struct Limits {
  std::optional<f64> most_growth_bytes_per_s = {};  // slower leaks are accepted
  std::optional<f64> most_live_bytes = {};          // of a process at its last snapshot
  std::optional<f64> most_unfreed_bytes = {};       // left by one line in one process; implies `unfreed`
  bool unfreed = false;                             // what was alive at a normal exit counts too
  std::vector<Verdict> also = {};                   // verdicts that break the build although they are no leaks

  bool lists_unfreed() const { return unfreed || most_unfreed_bytes.has_value(); }
};

// What one process has more of than its baseline lets expect.
struct Beyond {
  Quantity quantity{};
  f64 value = 0, usual = 0, scatter = 0;  // here; mean and standard deviation between the baseline's processes
};

// One line of code, over all processes in which it is a finding.
struct Violation {
  Verdict verdict{};
  const Assessment* worst = nullptr;          // in the process where there is the most to it
  std::vector<const ProcessReport*> seen_in;  // the one with the worst first
  f64 live_bytes = 0, live_count = 0;         // over all of them
  u64 mismatches = 0;
  std::optional<Beyond> beyond;  // of the worst: not a finding by itself, but more than usual
};

// Is this finding of a process one that breaks the build?
bool breaks(const Assessment& finding, const Limits& limits);

// Takes away the sites that a suppression matches, and counts what of them would have broken the build. Before findings
// are made of the sites: a line may be reached by ways that are accepted and by others that are not.
void take_away_accepted(Report& report, const Names& names, const Limits& limits, Suppressions& suppressions);

// Collects findings of all processes by verdict and line; the most urgent and largest come first.
class Violations {
 public:
  explicit Violations(const Names& names) : names_(&names) {}
  void add(const ProcessReport& report, const Assessment& finding, std::optional<Beyond> beyond = {});
  std::vector<Violation> sorted() const;

 private:
  const Names* names_;
  std::map<std::pair<Verdict, std::string>, Violation> by_place_;
};

// Processes that surely hold more than the limit: the estimate's lower end is above it.
std::vector<const ProcessReport*> holding_too_much(const Report& report, const Limits& limits);

// Processes that ended before growth could be told from their start-up, though nothing else was wrong with them.
size_t too_short_for_growth(const Report& report);

}  // namespace lw
