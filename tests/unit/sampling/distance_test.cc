// SPDX-License-Identifier: Apache-2.0
// The distance to the next sample is exponential, down to the byte, and the two functions that stand in for libm are
// as good as it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "interposer/cold/next_interval.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

// Sum of (seen - expected)² / expected.
f64 chi_squared(const std::vector<u64>& seen, const std::vector<f64>& expected) {
  f64 sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const f64 difference = static_cast<f64>(seen[i]) - expected[i];
    sum += difference * difference / expected[i];
  }
  return sum;
}

}  // namespace

TEST_CASE("Distances pass a chi-squared test in 64 classes of equal probability", "[sampling]") {
  constexpr u32 kClasses = 64, kDraws = 200'000;
  constexpr f64 kLimit = 103.4;  // 99.9 % of chi-squared with 63 degrees of freedom
  for (const u64 interval : {u64{4096}, u64{512} << 10, u64{256} << 20}) {
    u64 state = interval;
    std::vector<u64> seen(kClasses);
    for (u32 i = 0; i < kDraws; ++i) {
      const f64 x = (static_cast<f64>(draw_distance(state, interval)) + 0.5) / static_cast<f64>(interval);
      ++seen[static_cast<std::size_t>(-std::expm1(-x) * kClasses)];
    }
    // Near its upper end a class is narrower than a byte of the smallest interval only from a few million draws on.
    CAPTURE(interval);
    CHECK(chi_squared(seen, std::vector<f64>(kClasses, kDraws / f64{kClasses})) < kLimit);
  }
}

TEST_CASE("Distances pass a Kolmogorov-Smirnov test against the exponential distribution", "[sampling]") {
  constexpr u32 kDraws = 200'000;
  constexpr f64 kLimit = 1.95;  // 99.9 % of sqrt(n) times the largest difference
  constexpr u64 kInterval = 512 << 10;
  u64 state = 1;
  std::vector<f64> draws(kDraws);
  for (f64& draw : draws) draw = (static_cast<f64>(draw_distance(state, kInterval)) + 0.5) / kInterval;
  std::sort(draws.begin(), draws.end());
  f64 largest = 0;
  for (u32 i = 0; i < kDraws; ++i) {
    const f64 expected = -std::expm1(-draws[i]);
    largest = std::max({largest, expected - i / f64{kDraws}, (i + 1) / f64{kDraws} - expected});
  }
  CHECK(std::sqrt(f64{kDraws}) * largest < kLimit);
}

TEST_CASE("Every byte may be the next one, the one behind a sample too", "[sampling]") {
  constexpr u32 kDraws = 200'000, kClasses = 16;
  constexpr f64 kLimit = 39.3;  // 99.9 % of chi-squared with 16 degrees of freedom
  for (const u64 interval : {2, 3, 10}) {
    u64 state = interval;
    std::vector<u64> seen(kClasses + 1);
    for (u32 i = 0; i < kDraws; ++i) ++seen[std::min<u64>(draw_distance(state, interval), kClasses)];
    std::vector<f64> expected;
    const f64 none = std::exp(-1 / static_cast<f64>(interval));
    for (u32 k = 0; k < kClasses; ++k) expected.push_back(kDraws * std::pow(none, k) * (1 - none));
    expected.push_back(kDraws * std::pow(none, kClasses));
    CAPTURE(interval);
    CHECK(chi_squared(seen, expected) < kLimit);
  }
}

TEST_CASE("minus_log agrees with libm to twelve digits wherever it is used", "[sampling]") {
  u64 state = 7;
  f64 worst = 0;
  for (int exponent = 0; exponent < 53; ++exponent) {
    for (u32 i = 0; i < 2000; ++i) {
      // Near 1 the logarithm is near 0; near 0 it is large: both ends are visited.
      const f64 part = std::ldexp(static_cast<f64>(next_random(state) >> 11) + 1, -53 - exponent);
      for (const f64 u : {part, 1 - part}) {
        if (u <= 0 || u >= 1) continue;
        const long double expected = -std::log(static_cast<long double>(u));
        worst = std::max(worst, static_cast<f64>(std::fabs((minus_log(u) - expected) / expected)));
      }
    }
  }
  CHECK(worst < 1e-12);
  CHECK(minus_log(1) == 0);
  CHECK(minus_log(0x1p-53) == Approx(53 * std::log(2)).epsilon(1e-14));
}

TEST_CASE("one_minus_exp_of_minus agrees with libm to fourteen digits", "[sampling]") {
  u64 state = 8;
  f64 worst = 0;
  for (int exponent = -1000; exponent <= 10; ++exponent) {
    for (u32 i = 0; i < 200; ++i) {
      const f64 x = std::ldexp(1 + static_cast<f64>(next_random(state) >> 11) * 0x1p-53, exponent);
      const long double expected = -std::expm1(-static_cast<long double>(x));
      worst = std::max(worst, static_cast<f64>(std::fabs((one_minus_exp_of_minus(x) - expected) / expected)));
    }
  }
  CHECK(worst < 1e-14);
  CHECK(one_minus_exp_of_minus(0) == 0);
  CHECK(one_minus_exp_of_minus(1e300) == 1);
}

TEST_CASE("A weight is the inverse of the probability, and its variance that of a block chosen so", "[sampling]") {
  for (const u64 size : {1, 16, 4096, 524'288, 100'000'000}) {
    for (const u64 interval : {2, 4096, 524'288, 268'435'456}) {
      const f64 p = -std::expm1(-static_cast<f64>(size) / static_cast<f64>(interval));
      const Weight weight = weight_of(size, interval);
      CHECK(weight.count == Approx(1 / p).epsilon(1e-12));
      CHECK(weight.bytes == Approx(static_cast<f64>(size) / p).epsilon(1e-12));
      CHECK(weight.count_variance == Approx((1 - p) / (p * p)).epsilon(1e-9).margin(1e-12));
      CHECK(weight.bytes_variance ==
            Approx((1 - p) / (p * p) * static_cast<f64>(size) * static_cast<f64>(size)).epsilon(1e-9).margin(1e-3));
    }
  }
}

TEST_CASE("Exact mode weighs every block, also an empty one, as itself; otherwise an empty one is never chosen",
          "[sampling]") {
  const Weight empty = weight_of(0, 1);
  CHECK((empty.count == 1 && empty.bytes == 0 && empty.count_variance == 0 && empty.bytes_variance == 0));
  const Weight block = weight_of(123, 1);
  CHECK((block.count == 1 && block.bytes == 123 && block.count_variance == 0 && block.bytes_variance == 0));
  CHECK(inclusion_probability(0, 4096) == 0);
  CHECK(weight_of(0, 4096).count == 0);
}

}  // namespace lw
