// SPDX-License-Identifier: Apache-2.0
// Which of very many children leave a file.
#include "interposer/state/family.h"

#include <catch2/catch.hpp>

namespace lw {

TEST_CASE("Of the first children each is chosen, of later ones ever fewer, evenly", "[state]") {
  u64 chosen = 0, latest = 0, longest_gap = 0;
  for (u64 number = 0; number < 1'000'000; ++number) {
    if (!is_late_child(number)) REQUIRE(is_chosen_child(number));
    if (!is_chosen_child(number)) continue;
    ++chosen;
    const u64 gap = number - latest;
    CHECK(gap <= number / 32 + 1);
    longest_gap = gap > longest_gap ? gap : longest_gap;
    latest = number;
  }
  CHECK(chosen > 400);
  CHECK(chosen < 600);
  CHECK(longest_gap == 1 << 14);
}

}  // namespace lw
