// SPDX-License-Identifier: Apache-2.0
// What `check` accepts: which of a report's findings break the build.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/report.h"
#include "analyzer/model/suppressions.h"

namespace lw {

struct Limits {
  std::optional<f64> most_growth_bytes_per_s = {};  // slower leaks are accepted
  std::optional<f64> most_live_bytes = {};          // of a process at its last snapshot
  bool unfreed = false;                             // what was alive at a normal exit counts too
};

struct Violations {
  std::vector<const Assessment*> findings;
  bool too_much_alive = false;
  size_t suppressed = 0;

  bool none() const { return findings.empty() && !too_much_alive; }
};

Violations violations_of(const ProcessReport& report, const Names& names, const Limits& limits,
                         const Suppressions& suppressions);

}  // namespace lw
