// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/next_interval.h"

#include "interposer/platform/clock.h"
#include "interposer/platform/syscalls.h"

namespace lw {

u64 fresh_seed(u64 entropy) {
  u64 state = monotonic_ns() ^ (entropy * 0xD1342543DE82EF95ull);
  state ^= u64{sys::thread_id()} << 32 ^ sys::process_id();
  return next_random(state);
}

// u = m * 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716, so that nine
// terms of the odd series leave less than 1e-15.
f64 minus_log(f64 u) {
  constexpr f64 kLn2 = 0.693147180559945309417232121458;
  constexpr f64 kSqrtHalf = 0.70710678118654752440;
  const u64 bits = __builtin_bit_cast(u64, u);
  int exponent = static_cast<int>(bits >> 52) - 1022;
  f64 m = __builtin_bit_cast(f64, (bits & 0x000FFFFFFFFFFFFFull) | 0x3FE0000000000000ull);  // in [1/2, 1)
  if (m < kSqrtHalf) {
    m *= 2;
    exponent -= 1;
  }
  const f64 s = (m - 1) / (m + 1);
  const f64 s2 = s * s;
  f64 series = 0;
#pragma GCC unroll 10
  for (int k = 19; k >= 1; k -= 2) series = series * s2 + 1.0 / k;
  return -(exponent * kLn2 + 2 * s * series);
}

u64 draw_distance(u64& random_state, u64 interval) {
  // 53 random bits, shifted by one so that u is in (0, 1] and the logarithm finite: at most 36.7 intervals.
  const f64 u = static_cast<f64>((next_random(random_state) >> 11) + 1) * 0x1p-53;
  return static_cast<u64>(minus_log(u) * static_cast<f64>(interval));
}

}  // namespace lw
