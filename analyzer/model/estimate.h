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

  void add(f64 weight, f64 weight_variance, f64 seen_itself) {
    value += weight;
    variance += weight_variance;
    seen += seen_itself;
    ++samples;
  }
};

// From so many samples on the sum is normal enough.
inline constexpr u64 kNormalFrom = 20;

// Of a quantity that cannot be negative. Few samples: the exact Poisson limits (Garwood 1936), carried over to weighted
// sums by matching mean and variance (Fay and Feuer 1997). None at all: less than three times `unseen`, the mean
// distance between samples in the sum's own unit. A sum without variance was counted, not sampled: zero width.
Estimate estimate_of(const SampledSum& sum, f64 unseen);

// Of a difference: negative values are possible, limits are normal.
Estimate difference_of(f64 value, f64 variance);

// The estimate times a constant of either sign.
Estimate scaled(const Estimate& estimate, f64 factor);

}  // namespace lw
