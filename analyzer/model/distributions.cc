// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lw {
namespace {

constexpr f64 kEnough = 1e-13;
constexpr int kMostSteps = 10000;  // about 10 × sqrt(shape) are needed: this serves shapes of a million

// Abramowitz and Stegun 6.5.29: converges quickly below the mean.
f64 lower_series(f64 shape, f64 x, f64 front) {
  f64 term = 1 / shape, sum = term;
  for (int n = 1; n < kMostSteps && term > sum * kEnough; ++n) sum += term *= x / (shape + n);
  return sum * front;
}

// Abramowitz and Stegun 6.5.31, by Lentz's method: converges quickly above the mean.
f64 upper_fraction(f64 shape, f64 x, f64 front) {
  constexpr f64 kTiny = std::numeric_limits<f64>::min() / kEnough;
  f64 b = x + 1 - shape, c = 1 / kTiny, d = 1 / b, product = d;
  for (int n = 1; n < kMostSteps; ++n) {
    const f64 a = -n * (n - shape);
    b += 2;
    d = a * d + b;
    if (std::fabs(d) < kTiny) d = kTiny;
    c = b + a / c;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    product *= d * c;
    if (std::fabs(d * c - 1) < kEnough) break;
  }
  return product * front;
}

}  // namespace

f64 normal_upper_tail(f64 z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

f64 gamma_cdf(f64 shape, f64 x) {
  if (x <= 0) return 0;
  const f64 front = std::exp(shape * std::log(x) - x - std::lgamma(shape));
  return x < shape + 1 ? lower_series(shape, x, front) : 1 - upper_fraction(shape, x, front);
}

f64 gamma_quantile(f64 shape, f64 p) {
  if (p <= 0 || shape <= 0) return 0;
  f64 low = 0, high = shape + 10 * std::sqrt(shape) + 10;
  while (gamma_cdf(shape, high) < p) high *= 2;
  while (high - low > 1e-10 * high) {
    const f64 middle = 0.5 * (low + high);
    (gamma_cdf(shape, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace lw
