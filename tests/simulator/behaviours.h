// SPDX-License-Identifier: Apache-2.0
// What sites of simulated services do: leaks whose truth is known, and decoys that only look like one.
#pragma once

#include <span>
#include <vector>

#include "tests/simulator/stage.h"

namespace lw::simulator {

enum class Wave { kSteady, kSteps, kAccelerating };

struct Leak {
  std::string place;
  std::vector<u32> sites;
  std::vector<Wave> waves;  // the patterns that are a right answer
  f64 onset = 0;            // share of the run; what was born before is not of the leak
};

struct LeakKind {
  const char* name;
  std::vector<Leak> (*act)(Stage& stage, f64 samples);
};

struct DecoyKind {
  const char* name;
  LoadKind load;
  void (*act)(Stage& stage, u32 site, f64 samples);
};

std::span<const LeakKind> leak_kinds();
std::span<const DecoyKind> decoy_kinds();

}  // namespace lw::simulator
