// SPDX-License-Identifier: Apache-2.0
// What one sample stands for. A block of S bytes is sampled with probability p = 1 - exp(-S / interval); counted 1/p
// times it makes every sum unbiased (Horvitz and Thompson 1952; jemalloc's prof_data.c uses the same form), and
// (1 - p) / p² estimates what it adds to the variance of a count, S² times that to the variance of bytes.
// Freestanding: the target has no libm of ours. docs/sampling.md derives it.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// The first `kTerms` of x - x²/2! + x³/3! - …, which is 1 - exp(-x). Unrolled, so that no number is divided: a sample
// needs this at its birth and at its death, and eighteen divisions are 100 ns.
template <int kTerms>
inline f64 series_of_one_minus_exp(f64 x) {
  f64 sum = 0;
#pragma GCC unroll 18
  for (int k = kTerms; k >= 1; --k) sum = (1 - sum) * (x * (1.0 / k));
  return sum;
}

// 1 - exp(-x) for x >= 0, relative error below 1e-14. exp by range reduction to |r| <= ln2 / 2 and a Taylor series;
// for small x the series of 1 - exp(-x) itself, so that nothing cancels: what is left out of it is below 1e-15.
inline f64 one_minus_exp_of_minus(f64 x) {
  if (x < 0x1p-5) return series_of_one_minus_exp<7>(x);
  if (x < 0.5) return series_of_one_minus_exp<15>(x);
  if (x >= 40) return 1;  // 1 - 4e-18 is 1 in an f64
  constexpr f64 kLn2 = 0.693147180559945309417232121458;
  // 0 < x < 40, and the process that is watched has no libm from us.
  const int octaves = static_cast<int>(x / kLn2 + 0.5);
  const f64 r = octaves * kLn2 - x;
  f64 exp_r = 1;
#pragma GCC unroll 16
  for (int k = 16; k >= 1; --k) exp_r = 1 + exp_r * (r * (1.0 / k));
  const f64 two_to_minus_octaves = __builtin_bit_cast(f64, static_cast<u64>(1023 - octaves) << 52);
  return 1 - exp_r * two_to_minus_octaves;
}

// The probability with which a block of `size` bytes is sampled at `interval`; exact mode (interval <= 1) misses none.
inline f64 inclusion_probability(u64 size, u64 interval) {
  if (interval <= 1) return 1;
  return one_minus_exp_of_minus(static_cast<f64>(size) / static_cast<f64>(interval));
}

struct Weight {
  f64 count;
  f64 bytes;
  f64 count_variance;
  f64 bytes_variance;
};

inline Weight weight_of(u64 size, u64 interval) {
  const f64 p = inclusion_probability(size, interval);
  if (p <= 0) return {0, 0, 0, 0};  // size 0: never chosen, unless exact
  const f64 bytes = static_cast<f64>(size), count = 1 / p;
  const f64 variance = (1 - p) * count * count;
  return {count, bytes * count, variance, bytes * bytes * variance};
}

}  // namespace lw
