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
};

struct Target {
  std::string what;
  f64 reached, wanted;
  bool met() const { return reached >= wanted; }
};

std::vector<Target> targets_of(const Result& result);

// Tables in Markdown.
std::string score_text(const Result& result);

}  // namespace lw::simulator
