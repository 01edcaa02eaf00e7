// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/estimate.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "analyzer/model/distributions.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

struct Population {
  std::vector<u64> sizes;
  u64 copies;  // of each size
};

// How often the interval of the bytes contains the truth, in thousandths.
int coverage(const Population& population, u64 interval, int seeds) {
  f64 truth = 0;
  for (const u64 size : population.sizes) truth += static_cast<f64>(size * population.copies);
  int inside = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(static_cast<u64>(seed));
    SampledSum sum;
    for (const u64 size : population.sizes) {
      const f64 chance = inclusion_probability(size, interval);
      const u64 sampled = std::binomial_distribution<u64>(population.copies, chance)(random);
      const Weight weight = weight_of(size, interval);
      for (u64 i = 0; i < sampled; ++i) sum.add(weight.bytes, weight.bytes_variance, static_cast<f64>(size));
    }
    const Estimate estimate = estimate_of(sum, static_cast<f64>(interval));
    if (estimate.low <= truth && truth <= estimate.high) ++inside;
  }
  return 1000 * inside / seeds;
}

}  // namespace

TEST_CASE("the interval contains the truth in 95 of 100 cases, for small blocks, large ones and mixtures") {
  constexpr u64 kInterval = 64 << 10;
  const std::vector<Population> populations = {
      {{16}, 1000000},  // 244 samples expected
      {{512}, 12800},   // 100
      {{4096}, 800},    // 50
      {{65536}, 100},   // as large as the interval
      {{131072}, 60},
      {{1 << 20}, 40},  // hardly ever missed
      {{16, 100, 1000, 10000, 100000, 1000000}, 50},
      {{48, 300000}, 30000},
  };
  for (const Population& population : populations) {
    CAPTURE(population.sizes, population.copies);
    const int thousandths = coverage(population, kInterval, 2000);
    CHECK(thousandths >= 930);
  }
  // Where blocks are small enough for the interval to have a width, it is not wider than it must be either.
  CHECK(coverage({{512}, 12800}, kInterval, 4000) <= 970);
  CHECK(coverage({{16}, 1000000}, kInterval, 4000) <= 970);
  CHECK(coverage({{16, 100, 1000, 10000, 100000}, 200}, kInterval, 4000) <= 970);
}

TEST_CASE("few samples have exact Poisson limits, which contain the truth at least so often") {
  constexpr u64 kInterval = 64 << 10;
  for (const u64 copies : {64u, 256u, 640u, 1280u}) {  // 0.5 to 10 samples expected
    CAPTURE(copies);
    CHECK(coverage({{512}, copies}, kInterval, 2000) >= 940);
  }
}

namespace {

// Blocks of one size that come all the time, while the interval widens in the middle. How often the interval of the
// bytes contains the truth, and how often that of the count does, in thousandths.
struct Widening {
  u64 size, blocks;  // in each half of the time
  u64 before, after;
};

std::pair<int, int> coverage(const Widening& widening, int seeds) {
  const f64 blocks = 2 * static_cast<f64>(widening.blocks), size = static_cast<f64>(widening.size);
  const f64 unseen = static_cast<f64>(widening.after);
  int bytes_inside = 0, count_inside = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(static_cast<u64>(seed));
    SampledSum bytes, count;
    for (const u64 interval : {widening.before, widening.after}) {
      const f64 chance = inclusion_probability(widening.size, interval);
      const Weight weight = weight_of(widening.size, interval);
      const u64 sampled = std::binomial_distribution<u64>(widening.blocks, chance)(random);
      for (u64 i = 0; i < sampled; ++i) {
        bytes.add(weight.bytes, weight.bytes_variance, size);
        count.add(weight.count, weight.count_variance, 1);
      }
    }
    const auto contains = [](const Estimate& estimate, f64 truth) {
      return estimate.low <= truth && truth <= estimate.high;
    };
    bytes_inside += contains(estimate_of(bytes, unseen), blocks * size);
    count_inside += contains(estimate_of(count, unseen / size), blocks);
  }
  return {1000 * bytes_inside / seeds, 1000 * count_inside / seeds};
}

}  // namespace

TEST_CASE("where the interval has widened since, the samples seen say little about what was not") {
  constexpr u64 kNarrow = 16 << 10, kWide = 1 << 20;
  // 3, 12, 64 and 640 samples expected at the narrow interval, 64 times fewer at the wide one; then blocks of its size.
  const std::vector<Widening> cases = {{512, 96, kNarrow, kWide},     {512, 384, kNarrow, kWide},
                                       {512, 2048, kNarrow, kWide},   {512, 20480, kNarrow, kWide},
                                       {16, 1 << 17, kNarrow, kWide}, {1 << 20, 5, kNarrow, kWide},
                                       {512, 2048, 1, kWide}};
  for (const Widening& widening : cases) {
    CAPTURE(widening.size, widening.blocks, widening.before);
    const auto [bytes, count] = coverage(widening, 2000);
    CHECK(bytes >= 930);
    CHECK(count >= 930);
  }
}

TEST_CASE("large blocks are hardly ever missed, so a wider interval makes them no less certain") {
  SampledSum sum;
  const Weight weight = weight_of(16 << 20, 64 << 10);
  for (int i = 0; i < 3; ++i) sum.add(weight.bytes, weight.bytes_variance, 16 << 20);
  const Estimate estimate = estimate_of(sum, 512 << 10);
  CHECK(estimate.high == Approx(48 << 20).epsilon(1e-3));
}

TEST_CASE("no sample at all means less than three intervals") {
  const Estimate none = estimate_of({}, 1000);
  CHECK(none.value == 0);
  CHECK(none.low == 0);
  CHECK(none.high == 3000);
}

TEST_CASE("what was counted rather than sampled has no error") {
  SampledSum sum;
  for (int i = 0; i < 5; ++i) {
    const Weight weight = weight_of(100, 1);
    sum.add(weight.bytes, weight.bytes_variance, 100);
  }
  const Estimate exact = estimate_of(sum, 0);
  CHECK(exact.value == 500);
  CHECK(exact.low == 500);
  CHECK(exact.high == 500);
}

TEST_CASE("an estimate is never lower than what was seen") {
  const Weight weight = weight_of(100000, 64 << 10);
  SampledSum sum;
  sum.add(weight.bytes, weight.bytes_variance, 100000);
  CHECK(estimate_of(sum, 64 << 10).low >= 100000);
}

TEST_CASE("gamma quantiles are the known Poisson limits") {
  // Garwood 1936, table: limits of the mean for 10 events.
  CHECK(gamma_quantile(10, 0.025) == Approx(4.795).epsilon(1e-3));
  CHECK(gamma_quantile(11, 0.975) == Approx(18.39).epsilon(1e-3));
  CHECK(gamma_quantile(1, 0.95) == Approx(2.9957).epsilon(1e-3));
  CHECK(gamma_cdf(2.5, gamma_quantile(2.5, 0.3)) == Approx(0.3));
  CHECK(gamma_cdf(500, 500) == Approx(0.5).margin(0.02));
}

}  // namespace lw
