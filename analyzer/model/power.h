// SPDX-License-Identifier: Apache-2.0
// What this much watching could have found. A clean report without it would only say that nothing was seen.
#pragma once

#include "analyzer/model/profile.h"

namespace lw {

// A leak that has left so many samples is named in 95 of 100 cases (the simulator holds it true, docs/verdicts.md).
inline constexpr f64 kVisibleSamples = 34;

struct Power {
  f64 bytes_per_s = 0;   // the slowest leak of small blocks that would have been seen; 0 if none could be
  f64 blocks_per_s = 0;  // the same for exact mode, where each block counts and none is missed
  f64 wait_s = 0;        // the process is too young for any verdict on growth: so much longer
};

Power power_of(const Process& process);

}  // namespace lw
