// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/estimate.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw {

Estimate estimate_of(const SampledSum& sum, f64 unseen) {
  if (sum.samples == 0 || sum.value <= 0) return {0, 0, 3 * unseen};
  if (sum.variance <= 0) return {sum.value, sum.value, sum.value};
  if (sum.samples >= kNormalFrom) {
    const f64 margin = kTwoSided95 * std::sqrt(sum.variance);
    return {sum.value, std::max(sum.seen, sum.value - margin), sum.value + margin};
  }
  const f64 scale = sum.variance / sum.value;
  const f64 shape = sum.value / scale;
  return {sum.value, std::max(sum.seen, scale * gamma_quantile(shape, 0.025)),
          scale * gamma_quantile(shape + 1, 0.975)};
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
