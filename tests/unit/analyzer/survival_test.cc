// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/survival.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace lw {
namespace {

// Lives with the given chance to be endless, the others exponential; all born evenly over `watched_s`.
std::vector<SurvivalPoint> curve_of(u64 seed, int blocks, f64 mean_s, f64 kept, f64 watched_s) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<f64> uniform(0, 1);
  Deaths deaths{};
  std::vector<Survivor> survivors;
  for (int i = 0; i < blocks; ++i) {
    const f64 age_s = watched_s * uniform(random);
    const f64 life_s = uniform(random) < kept ? 1e9 : std::exponential_distribution<f64>(1 / mean_s)(random);
    if (life_s > age_s) {
      survivors.push_back({age_s, 1});
      continue;
    }
    u32 bin = 0;
    while (bin_start_s(bin + 1) <= life_s) ++bin;
    deaths[bin] += 1;
  }
  return survival_of(deaths, survivors, static_cast<u64>(blocks));
}

}  // namespace

TEST_CASE("a curve of survival begins at one and never rises") {
  const auto curve = curve_of(1, 2000, 3, 0.1, 600);
  REQUIRE(curve.size() > 10);
  CHECK(curve.front().share.value == 1);
  for (size_t i = 1; i < curve.size(); ++i) CHECK(curve[i].share.value <= curve[i - 1].share.value);
}

TEST_CASE("the share that is never freed is within its limits in about 95 of 100 cases") {
  int inside = 0;
  for (u64 seed = 1; seed <= 200; ++seed) {
    const Estimate kept = curve_of(seed, 3000, 2, 0.05, 600).back().share;
    inside += kept.low <= 0.05 && 0.05 <= kept.high;
  }
  CHECK(inside >= 180);
}

TEST_CASE("what has not had the time to die does not count as kept") {
  // Half of the blocks are younger than their mean life; the naive share of those alive would be far above a half.
  const auto curve = curve_of(7, 20000, 300, 0, 600);
  for (const SurvivalPoint& point : curve) {
    if (point.age_s > 60 && point.age_s < 300) {
      CHECK(point.share.value == Approx(std::exp(-point.age_s / 300)).margin(0.05));
    }
  }
}

TEST_CASE("fewer samples make wider limits") {
  Deaths deaths{};
  deaths[15] = 500;
  const std::vector<Survivor> survivors{{1000, 500}};
  const Estimate many = survival_of(deaths, survivors, 1000).back().share;
  const Estimate few = survival_of(deaths, survivors, 10).back().share;
  CHECK(many.value == Approx(few.value));
  CHECK(few.high - few.low > 5 * (many.high - many.low));
}

TEST_CASE("no blocks, no curve") { CHECK(survival_of({}, {}, 0).empty()); }

}  // namespace lw
