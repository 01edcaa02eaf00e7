// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/compare_places.h"

#include <catch2/catch.hpp>

#include "analyzer/model/distributions.h"

namespace lw {
namespace {

constexpr size_t kLevelAt = static_cast<size_t>(Quantity::kLevel);
constexpr size_t kRateAt = static_cast<size_t>(Quantity::kRate);
constexpr size_t kGrowthAt = static_cast<size_t>(Quantity::kGrowth);

// Processes that hold these levels at one place, each known to one part in a hundred.
Population holding(std::initializer_list<f64> levels, f64 age_s = 100, f64 calls_per_s = 0) {
  std::vector<MeasuredProcess> processes;
  for (const f64 level : levels) {
    MeasuredProcess& process = processes.emplace_back();
    process.age_s = age_s;
    process.calls_per_s = calls_per_s;
    process.places.push_back({{"", "put"}, {"put"}, {}, {}, {}});
    process.places[0].measured[kLevelAt] = {level, level * level * 1e-4};
    process.places[0].measured[kRateAt] = {level, level * level * 1e-4};
  }
  return population_of("server", processes);
}

PlaceChange change(const Population& base, const Population& fresh) {
  return compare(base.places.begin()->second, fresh.places.begin()->second, comparability_of(base, fresh));
}

}  // namespace

TEST_CASE("Student's t has the tabulated quantiles") {
  CHECK(student_upper_tail(12.706, 1) == Approx(0.025).epsilon(1e-3));
  CHECK(student_upper_tail(2.776, 4) == Approx(0.025).epsilon(1e-3));
  CHECK(student_upper_tail(1.812, 10) == Approx(0.05).epsilon(1e-3));
  CHECK(student_upper_tail(-1.812, 10) == Approx(0.95).epsilon(1e-3));
  CHECK(student_upper_tail(0, 3) == 0.5);
  CHECK(student_upper_tail(3, 1e6) == Approx(normal_upper_tail(3)).epsilon(1e-2));
}

TEST_CASE("a population's mean counts processes that lack the place as nothing") {
  std::vector<MeasuredProcess> processes(4);
  processes[1].places.push_back({{"", "put"}, {"put"}, {}, {}, {}});
  processes[1].places[0].measured[kLevelAt] = {100, 0};
  const SharedPlace place = population_of("server", processes).places.begin()->second;
  CHECK(place.seen_in == 1);
  CHECK(place.each[kLevelAt].mean == 25);
  CHECK(place.each[kLevelAt].between == Approx(2500));
}

TEST_CASE("one canary is judged by how much the many scatter") {
  const Population quiet = holding({100, 101, 99, 100, 102, 98}), wild = holding({10, 190, 40, 160, 120, 80});
  CHECK(change(quiet, holding({150})).p[kLevelAt] < 1e-6);
  CHECK(change(wild, holding({150})).p[kLevelAt] > 0.1);
}

TEST_CASE("what two pairs of processes show is less certain than what two dozen show") {
  const Population few = holding({100, 120}), many = holding({100, 120, 100, 120, 100, 120, 100, 120});
  CHECK(change(few, holding({150, 170})).p[kLevelAt] > 10 * change(many, holding({150, 170})).p[kLevelAt]);
}

TEST_CASE("a change must show per call as well, in the same direction") {
  const Population base = holding({100}, 100, 1000), twice_the_load = holding({200}, 100, 2000),
                   more_for_the_same = holding({200}, 100, 1000);
  CHECK(change(base, twice_the_load).p[kRateAt] > 0.5);
  CHECK(change(base, more_for_the_same).p[kRateAt] < 1e-6);
}

TEST_CASE("a younger side is blamed for holding more, never praised for holding less") {
  const Population day_old = holding({100}, 86400);
  CHECK(change(day_old, holding({50}, 600)).p[kLevelAt] == 1);
  CHECK(change(day_old, holding({200}, 600)).p[kLevelAt] < 1e-6);
  CHECK(change(holding({50}, 600), day_old).p[kLevelAt] == 1);
}

TEST_CASE("slopes are compared only where something grows") {
  Population base = holding({100}), fresh = holding({100});
  SharedPlace& place = fresh.places.begin()->second;
  place.each[kGrowthAt] = {50, 0, 1};
  CHECK(change(base, fresh).p[kGrowthAt] == 1);
  place.growing_in = 1;
  CHECK(change(base, fresh).p[kGrowthAt] < 1e-6);
}

TEST_CASE("a process exceeds its baseline by more than the baseline's processes exceed each other") {
  const Population base = holding({100, 110, 90, 105, 95, 100, 110, 90});
  const auto p_of = [&](f64 level, f64 age_s) {
    MeasuredProcess process;
    process.age_s = age_s;
    MeasuredPlace place{{"", "put"}, {"put"}, {}, {}, {}};
    place.measured[kLevelAt] = {level, level * level * 1e-4};
    return excess_over(base.places.begin()->second, base, place, process).p[kLevelAt];
  };
  CHECK(p_of(112, 100) > 0.05);
  CHECK(p_of(180, 100) < 1e-3);
  CHECK(p_of(20, 100) > 0.99);
  CHECK(p_of(180, 1000) == 1);  // older than the baseline ever was: it may have gone on warming up
}

}  // namespace lw
