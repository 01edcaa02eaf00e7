// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/estimate.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw {

namespace {

// The variance that a block as small as the smallest one seen adds for each unit of its weight: for small blocks the
// distance between samples, for large ones, which are hardly ever missed, next to nothing.
f64 weight_of_one_more(const SampledSum& sum, f64 unseen) {
  const f64 relative = unseen > 0 ? sum.smallest / unseen : 0;
  return relative > 0 ? unseen * relative / std::expm1(relative) : unseen;
}

// Of a gamma variable with this mean and variance.
f64 quantile(f64 mean, f64 variance, f64 p) { return variance / mean * gamma_quantile(mean * mean / variance, p); }

}  // namespace

Estimate estimate_of(const SampledSum& sum, f64 unseen) {
  constexpr f64 kNothing = 1e-12;  // of the value: rounding
  if (sum.samples == 0 || sum.value <= 0) return {0, 0, 3 * unseen};
  const f64 heavy = std::max(sum.variance / sum.value, weight_of_one_more(sum, unseen));
  if (heavy <= kNothing * sum.value) return {sum.value, sum.value, sum.value};
  if (sum.variance >= kNormalFrom * heavy * heavy) {
    const f64 margin = kTwoSided95 * std::sqrt(sum.variance);
    return {sum.value, std::max(sum.seen, sum.value - margin), sum.value + margin};
  }
  const f64 low = sum.variance > 0 ? quantile(sum.value, sum.variance, 0.025) : sum.value;
  return {sum.value, std::max(sum.seen, low), quantile(sum.value + heavy, sum.variance + heavy * heavy, 0.975)};
}

Estimate difference_of(f64 value, f64 variance) {
  const f64 margin = kTwoSided95 * std::sqrt(std::max(0.0, variance));
  return {value, value - margin, value + margin};
}

Estimate scaled(const Estimate& estimate, f64 factor) {
  const Estimate result{estimate.value * factor, estimate.low * factor, estimate.high * factor};
  return factor < 0 ? Estimate{result.value, result.high, result.low} : result;
}

}  // namespace lw
