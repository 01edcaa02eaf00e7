// SPDX-License-Identifier: Apache-2.0
// The histories that the births of what is alive are compared with: how they would be spread over the time of
// observation. Each is a density over a hundred stretches of it, and belongs to a family.
#pragma once

#include <vector>

#include "analyzer/model/stretches.h"

namespace lw {

enum class Family : u8 {
  kConstant,     // growing at one rate since the start
  kLate,         // growing at one rate since a later moment
  kAfterStart,   // growing at one rate after a heap of it at the start
  kRising,       // growing ever faster
  kPerWork,      // growing by so much for each unit of work
  kLogarithmic,  // warming up: ever less
  kExponential,  // warming up: towards a limit
  kStart,        // ended: all at the start
  kEnded,        // ended at some moment
  kBurst,        // began a moment ago: may be over in another
  kWithLoad,     // as much as the highest load so far needs
  kCount
};
inline constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::kCount);

constexpr bool is_growth(Family family) { return family <= Family::kPerWork; }

struct History {
  Family family;
  f64 onset;      // growth began, as a share of the window
  f64 log_share;  // of its family's prior probability
  Stretches density, log_density;
};

// Those that hold for any program; about 350.
const std::vector<History>& common_histories();

// Those of this process's load: growth per unit of work, if the load changes at all; growth with the highest load so
// far, if that rises. `work`: done in each stretch, in any unit.
std::vector<History> histories_of_load(const Stretches& work);

}  // namespace lw
