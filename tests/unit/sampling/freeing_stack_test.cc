// SPDX-License-Identifier: Apache-2.0
// A sample of the frees stands for all of them.
#include "interposer/cold/freeing_stack.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace lw::test {

TEST_CASE("The first frees of a site are all asked for their stacks") {
  u64 random = 1;
  for (u64 before = 0; before < kEveryFree; ++before) CHECK(weight_factor(before, random) == 1);
}

TEST_CASE("The weights of the frees that are asked add up to all of them, within the error of the draw") {
  constexpr u64 kFrees = 4000, kSeeds = 400;
  const f64 drawn = kFrees - kEveryFree;
  const f64 sigma = std::sqrt(drawn * (kOneFreeIn - 1));  // of a sum of `drawn` times 8 with probability 1/8
  f64 mean = 0;
  u64 asked = 0, outside = 0;
  for (u64 seed = 0; seed < kSeeds; ++seed) {
    u64 random = seed * 7919 + 1;
    f64 sum = 0;
    for (u64 before = 0; before < kFrees; ++before) {
      const u32 factor = weight_factor(before, random);
      sum += factor;
      asked += factor != 0;
    }
    mean += sum / kSeeds;
    outside += std::abs(sum - kFrees) > 1.96 * sigma;
  }
  CHECK(std::abs(mean - kFrees) < 4 * sigma / std::sqrt(kSeeds));
  CHECK(outside < kSeeds / 10);
  CHECK(asked < kSeeds * kFrees / 7);  // and the walks stay rare
}

}  // namespace lw::test
