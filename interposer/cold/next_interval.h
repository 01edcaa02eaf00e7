// SPDX-License-Identifier: Apache-2.0
// The distance to the next sample: exponentially distributed with the interval as its mean, so that every byte
// allocated has the same chance to be chosen, whatever came before it (Poisson sampling).
#pragma once

#include "snapshot/layout.h"

namespace lw {

// SplitMix64 (Steele, Lea, Flood 2014): passes BigCrush, any seed is good, eight bytes of state.
inline u64 next_random(u64& state) {
  state += 0x9E3779B97F4A7C15ull;
  u64 z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// A seed that differs between threads, processes and forked siblings.
u64 fresh_seed(u64 entropy);

// -ln(u) for u in (0, 1], relative error below 1e-12. No libm in the target.
f64 minus_log(f64 u);

// One draw: how many whole bytes go by before the next one that is chosen. 0 is the very next byte; that must be
// possible, or the byte behind a sample would never be chosen. Precondition: interval >= 2.
u64 draw_distance(u64& random_state, u64 interval);

}  // namespace lw
