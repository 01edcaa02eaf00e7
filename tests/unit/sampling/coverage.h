// SPDX-License-Identifier: Apache-2.0
// Does an estimate tell the truth? Over many runs: how often the truth lies inside the estimate's own 95 % interval,
// and whether its mean error is zero.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/unit/sampling/simulation.h"

namespace lw::test {

struct Interval {
  f64 low, high;
};

// Score limits of a scaled Poisson variable: the sum counts as value²/variance samples of equal weight
// (docs/sampling.md).
inline Interval interval_of(const Sampled& sum) {
  if (sum.variance <= 0 || sum.value <= 0) return {sum.value, sum.value};
  constexpr f64 kZ = 1.959963984540054;
  const f64 scale = sum.variance / sum.value;
  const f64 middle = sum.value + scale * kZ * kZ / 2;
  const f64 margin = kZ * std::sqrt(sum.variance + scale * scale * kZ * kZ / 4);
  return {middle - margin, middle + margin};
}

class Score {
 public:
  // Sums of doubles are exact to about this; a quantity without variance has no wider interval than that.
  static constexpr f64 kRounding = 1e-9;

  void add(const Sampled& sum, f64 truth) {
    const Interval interval = interval_of(sum);
    const f64 rounding = kRounding * truth;
    ++runs_;
    covered_ += interval.low - rounding <= truth && truth <= interval.high + rounding;
    const f64 error = sum.value - truth;
    error_sum_ += error;
    square_sum_ += error * error;
    truth_sum_ += truth;
  }

  f64 runs() const { return runs_; }
  f64 coverage() const { return covered_ / runs_; }
  // The mean error in its own standard errors; 0 if it is no more than rounding.
  f64 bias() const {
    const f64 mean = error_sum_ / runs_;
    if (std::fabs(mean) <= kRounding * truth_sum_ / runs_) return 0;
    return mean / std::sqrt((square_sum_ / runs_ - mean * mean) / runs_);
  }
  f64 relative_error() const { return std::sqrt(square_sum_ / runs_) / (truth_sum_ / runs_); }

 private:
  f64 runs_ = 0, covered_ = 0, error_sum_ = 0, square_sum_ = 0, truth_sum_ = 0;
};

// The 95 % interval must cover 93 to 97 %, and the mean error be below three standard errors. `missed`: how many blocks
// are expected not to be sampled in a run. With few of them the estimate can only be right or off by those, and the
// interval covers more often than it says; with none in all runs together there is no error to speak of.
inline void check_score(const std::string& what, const Score& score, f64 missed) {
  INFO(what << ": coverage " << score.coverage() << ", bias " << score.bias() << " standard errors, relative error "
            << score.relative_error());
  CHECK(score.coverage() >= 0.93);
  if (missed >= 10) CHECK(score.coverage() <= 0.97);
  if (missed * score.runs() >= 30) {
    CHECK(std::fabs(score.bias()) < 3);
  } else {
    CHECK(score.relative_error() < 1e-6);
  }
}

}  // namespace lw::test
