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

// Incomplete beta function I_x(a, b), Abramowitz and Stegun 26.5.8 by Lentz's method: converges quickly for
// x < (a + 1) / (a + b + 2).
f64 beta_fraction(f64 a, f64 b, f64 x) {
  constexpr f64 kTiny = std::numeric_limits<f64>::min() / kEnough;
  const auto away_from_zero = [](f64 value) { return std::fabs(value) < kTiny ? kTiny : value; };
  f64 c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), product = d;
  for (int m = 1; m < kMostSteps; ++m) {
    const f64 even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    product *= c * d;
    const f64 odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    product *= c * d;
    if (std::fabs(c * d - 1) < kEnough) break;
  }
  const f64 front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log(1 - x));
  return front * product / a;
}

// Abramowitz and Stegun 26.2.23: to 4.5e-4.
f64 rough_normal_quantile(f64 p) {
  const f64 t = std::sqrt(-2 * std::log(std::min(p, 1 - p)));
  const f64 z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return p < 0.5 ? -z : z;
}

// By the cube root, which is nearly normal (Wilson and Hilferty 1931); near zero by the first term of the series.
f64 rough_gamma_quantile(f64 shape, f64 p) {
  const f64 root = 1 - 1 / (9 * shape) + rough_normal_quantile(p) / (3 * std::sqrt(shape));
  return root > 0.3 ? shape * root * root * root : std::exp((std::log(p) + std::lgamma(shape + 1)) / shape);
}

}  // namespace

f64 student_upper_tail(f64 t, f64 degrees) {
  if (t == 0) return 0.5;
  const f64 a = degrees / 2, b = 0.5, x = degrees / (degrees + t * t);
  const f64 both_tails = x < (a + 1) / (a + b + 2) ? beta_fraction(a, b, x) : 1 - beta_fraction(b, a, 1 - x);
  return t > 0 ? both_tails / 2 : 1 - both_tails / 2;
}

f64 normal_upper_tail(f64 z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

f64 gamma_cdf(f64 shape, f64 x) {
  if (x <= 0) return 0;
  const f64 front = std::exp(shape * std::log(x) - x - std::lgamma(shape));
  return x < shape + 1 ? lower_series(shape, x, front) : 1 - upper_fraction(shape, x, front);
}

// Newton's method, and bisection where that would leave what is known to enclose it: four steps instead of forty. Every
// site of a report has its limits, which took a quarter of all the time.
f64 gamma_quantile(f64 shape, f64 p) {
  if (p <= 0 || shape <= 0) return 0;
  f64 low = 0, high = std::numeric_limits<f64>::infinity();
  f64 x = rough_gamma_quantile(shape, p);
  for (int n = 0; n < kMostSteps; ++n) {
    const f64 below = gamma_cdf(shape, x);
    (below < p ? low : high) = x;
    const f64 density = std::exp((shape - 1) * std::log(x) - x - std::lgamma(shape));
    f64 next = x - (below - p) / density;
    if (!(next > low && next < high)) next = std::isinf(high) ? 2 * x + 1 : 0.5 * (low + high);
    if (std::fabs(next - x) <= 1e-10 * next) return next;
    x = next;
  }
  return x;
}

}  // namespace lw
