// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/lifetime.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

constexpr f64 kNow_s = 100;

std::vector<Survivor> one_each_second(f64 from_s, f64 to_s) {
  std::vector<Survivor> survivors;
  for (f64 at_s = from_s; at_s < to_s; ++at_s) survivors.push_back({kNow_s - at_s, 1});
  return survivors;
}

// Deaths at ages around `age_s`.
Deaths deaths_at(f64 age_s, f32 count) {
  Deaths deaths{};
  u32 bin = 0;
  while (bin_start_s(bin + 1) <= age_s) ++bin;
  deaths[bin] = count;
  return deaths;
}

}  // namespace

TEST_CASE("where nothing dies every age is old") {
  const OldAge old = old_age_of({}, one_each_second(0, 100), kNow_s);
  CHECK(old.exists);
  CHECK(old.age_s == 0);
  CHECK(old.samples == 100);
}

TEST_CASE("a few that never die are seen behind a thousand that die young") {
  const OldAge old = old_age_of(deaths_at(0.5, 100000), one_each_second(0, 100), kNow_s);
  CHECK(old.exists);
  CHECK(old.age_s > 0.5);
  CHECK(old.age_s < 1.2);
  CHECK(old.died == 0);
}

TEST_CASE("a cache whose blocks die at the age of eviction has no old age") {
  // Full after 40 s of 100: what is alive is at most 40 s old, sixty have died at that age.
  CHECK_FALSE(old_age_of(deaths_at(40, 60), one_each_second(60, 100), kNow_s).exists);
}

TEST_CASE("a few deaths among many survivors do not count") {
  CHECK(old_age_of(deaths_at(20, 5), one_each_second(0, 100), kNow_s).exists);
  CHECK_FALSE(old_age_of(deaths_at(60, 30), one_each_second(0, 100), kNow_s).exists);
}

TEST_CASE("nothing alive is no old age") { CHECK_FALSE(old_age_of(deaths_at(1, 10), {}, kNow_s).exists); }

TEST_CASE("the age that most of the dead did not outlive") {
  CHECK(age_reached_by({}, 0.97) == 0);
  Deaths deaths = deaths_at(0.01, 97);
  deaths[30] = 3;
  CHECK(age_reached_by(deaths, 0.97) == Approx(0.0168).epsilon(0.01));
  CHECK(age_reached_by(deaths, 0.99) > 1000);
}

}  // namespace lw
