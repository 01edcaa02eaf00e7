// SPDX-License-Identifier: Apache-2.0
// What one sample stands for. An allocation of `size` bytes was chosen with probability p = 1 - exp(-size / interval);
// weighting it by 1/p makes every sum over samples an unbiased estimate of the sum over all allocations
// (Horvitz and Thompson 1952), and (1-p)/p² is an unbiased estimate of what it adds to that sum's variance.
#pragma once

#include <cmath>

#include "snapshot/layout.h"

namespace lw {

struct Weight {
  f64 count, bytes;
  f64 count_variance, bytes_variance;

  f64 size() const { return bytes / count; }
};

inline f64 chance_of_sampling(f64 size, f64 interval) {
  if (interval <= 1) return 1;
  // The sampler counts a request of 0 bytes as 1: nothing may have a probability of zero.
  return -std::expm1(-(size < 1 ? 1 : size) / interval);
}

inline Weight weight_of(u64 size, u64 interval) {
  const f64 bytes = static_cast<f64>(size);
  const f64 p = chance_of_sampling(bytes, static_cast<f64>(interval));
  const f64 variance = (1 - p) / (p * p);
  return {1 / p, bytes / p, variance, bytes * bytes * variance};
}

}  // namespace lw
