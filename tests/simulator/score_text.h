// SPDX-License-Identifier: Apache-2.0
// The score as a page of docs/verdicts.md shows it, and the targets that it has to reach.
#pragma once

#include <string>

#include "tests/simulator/promises.h"
#include "tests/simulator/score.h"

namespace lw::simulator {

struct Result {
  Score score;
  Kept power, waiting;
  FleetTally fleets;
  std::vector<u64> until_named;  // samples, ascending
};

// Missed only where chance does not explain it: answers that are right as often as wanted fall short of it with a
// probability below 1e-4, be they few or many.
struct Target {
  std::string what;
  u64 asked, kept;
  f64 wanted;

  f64 reached() const;  // share; 1 if nothing was asked
  bool met() const;
};

std::vector<Target> targets_of(const Result& result);

// Tables in Markdown.
std::string score_text(const Result& result);

}  // namespace lw::simulator
