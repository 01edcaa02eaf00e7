// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/match_places.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

// One process with a place per path; a hundred blocks stand behind each figure.
Population population(std::initializer_list<std::pair<CallPath, f64>> levels) {
  MeasuredProcess process;
  process.age_s = 100;
  for (const auto& [path, bytes] : levels) {
    MeasuredPlace place{{"", path.front()}, path, {}, {}, {}};
    place.measured[static_cast<size_t>(Quantity::kLevel)] = {bytes, bytes * bytes / 100};
    process.places.push_back(place);
  }
  return population_of("server", {process});
}

std::vector<MatchedPlaces> matched(const Population& base, const Population& fresh) {
  return match_places(base, fresh, comparability_of(base, fresh));
}

}  // namespace

TEST_CASE("the same function is the same place, however it was reached") {
  const auto places = matched(population({{{"put", "handle"}, 1e6}}), population({{{"put", "replay", "load"}, 1e6}}));
  REQUIRE(places.size() == 1);
  CHECK(places[0].base);
  CHECK(places[0].fresh);
}

TEST_CASE("a renamed function is known by its callers") {
  const auto places = matched(population({{{"put", "handle", "serve"}, 1e6}, {{"log", "tick", "serve"}, 1e6}}),
                              population({{{"insert", "handle", "serve"}, 5e6}, {{"log", "tick", "serve"}, 1e6}}));
  REQUIRE(places.size() == 2);
  for (const MatchedPlaces& pair : places) {
    REQUIRE(pair.base);
    REQUIRE(pair.fresh);
    if (pair.base->key.second == "put") CHECK(pair.fresh->key.second == "insert");
  }
}

TEST_CASE("of several candidates the most similar one is taken") {
  const auto places =
      matched(population({{{"put", "lock", "handle", "serve"}, 1e6}}),
              population({{{"copy", "reply", "handle", "serve"}, 1e6}, {{"insert", "lock", "handle", "serve"}, 1e6}}));
  REQUIRE(places.size() == 2);
  for (const MatchedPlaces& pair : places) CHECK(pair.base.has_value() == (pair.fresh->key.second == "insert"));
}

TEST_CASE("what one build inlines is looked for in its caller") {
  const Population apart = population({{{"grow", "put", "handle"}, 1e6}, {{"put", "handle"}, 2e5}});
  const Population inlined = population({{{"put", "handle"}, 1.2e6}});
  for (const auto& places : {matched(apart, inlined), matched(inlined, apart)}) {
    REQUIRE(places.size() == 1);
    CHECK(places[0].base->each[1].mean == Approx(1.2e6));
    CHECK(places[0].fresh->each[1].mean == Approx(1.2e6));
  }
}

TEST_CASE("what is new under a caller that did not change stays new") {
  const auto places = matched(population({{{"put", "handle"}, 2e5}}),
                              population({{{"grow", "put", "handle"}, 1e6}, {{"put", "handle"}, 2e5}}));
  REQUIRE(places.size() == 2);
  for (const MatchedPlaces& pair : places) CHECK(pair.base.has_value() == (pair.fresh->key.second == "put"));
}

TEST_CASE("places of different objects are never taken for each other") {
  Population base = population({{{"put", "handle", "serve"}, 1e6}});
  SharedPlace moved = base.places.begin()->second;
  moved.key.first = "libplugin.so";
  Population fresh = base;
  fresh.places = {{moved.key, moved}};
  CHECK(matched(base, fresh).size() == 2);
}

}  // namespace lw
