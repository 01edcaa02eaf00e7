// SPDX-License-Identifier: Apache-2.0
// A number with its error: the interval contains the truth in 95 of 100 cases.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct Estimate {
  f64 value = 0, low = 0, high = 0;
};

// A sum over samples as it is added up: value and variance as in weight.h.
struct SampledSum {
  f64 value = 0, variance = 0;
  f64 seen = 0;  // the samples themselves, each counted once: the truth is not less
  u64 samples = 0;
  f64 smallest = 0;  // of the samples themselves; 0 = not known

  void add(f64 weight, f64 weight_variance, f64 seen_itself) {
    value += weight;
    variance += weight_variance;
    seen += seen_itself;
    smallest = samples == 0 || seen_itself < smallest ? seen_itself : smallest;
    ++samples;
  }
};

// From so many samples on the sum is normal enough, if one more would not weigh more than those.
inline constexpr f64 kNormalFrom = 20;

// Of a quantity that cannot be negative. `unseen`: the mean distance between samples now, in the sum's own unit; 0
// where none is missed, or where it is not known to have grown. Few samples: the exact Poisson limits (Garwood 1936),
// carried over to weighted sums by matching mean and variance (Fay and Feuer 1997). The upper one allows for one sample
// more, as heavy as it would be now: where the interval has widened, those that were seen say little about what was
// not. None at all: less than three times `unseen`. A sum without variance was counted, not sampled: zero width.
Estimate estimate_of(const SampledSum& sum, f64 unseen);

// Of a difference: negative values are possible, limits are normal.
Estimate difference_of(f64 value, f64 variance);

// The estimate times a constant of either sign.
Estimate scaled(const Estimate& estimate, f64 factor);

}  // namespace lw
