// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/freed_by.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

// Stack numbers 1 and 2 are two ways to one line, 3 is another one, 4 has no name.
Names names_of_releases() {
  Names names;
  const auto add = [&](u32 stack, const char* function) {
    NamedFrame frame;
    frame.function = function;
    frame.named = true;
    names.add(StackNumber{stack}, {{frame}, 0, false});
  };
  add(1, "Connection::close");
  add(2, "Connection::close");
  add(3, "Server::stop");
  return names;
}

void add_process(Observation& observation, std::vector<Release> releases) {
  observation.processes.emplace_back().releases = std::move(releases);
}

std::vector<FreedBy> ways_of(const Observation& observation, const std::vector<Member>& members) {
  return freed_by(observation, members, names_of_releases());
}

}  // namespace

TEST_CASE("the places that free blocks are named with their shares, the most frequent first") {
  Observation observation;
  add_process(observation, {{0, StackNumber{3}, 1, 5, 900, 9000},
                            {1, StackNumber{1}, 1, 40, 40, 400},
                            {1, StackNumber{2}, 1, 30, 50, 500},
                            {1, StackNumber{3}, 1, 6, 6, 60},
                            {1, StackNumber{4}, 1, 4, 4, 40}});
  const auto ways = ways_of(observation, {{0, {1}}});
  REQUIRE(ways.size() == 2);
  CHECK(ways[0].stack == StackNumber{2});
  CHECK(ways[0].share == Approx(0.9));
  CHECK(ways[1].stack == StackNumber{3});
  CHECK(ways[1].share == Approx(0.06));
}

TEST_CASE("a way taken once in two hundred times is not normal, and without releases there is none") {
  Observation observation;
  add_process(observation, {{0, StackNumber{1}, 1, 199, 199, 1}, {0, StackNumber{3}, 1, 1, 1, 1}});
  CHECK(ways_of(observation, {{0, {0}}}).size() == 1);
  CHECK(ways_of(observation, {{0, {1}}}).empty());
}

TEST_CASE("what several processes know of the ways is taken together") {
  Observation observation;
  add_process(observation, {{0, StackNumber{1}, 1, 30, 30, 300}});
  add_process(observation, {{4, StackNumber{3}, 1, 10, 10, 100}});
  const auto ways = ways_of(observation, {{0, {0}}, {1, {4}}});
  REQUIRE(ways.size() == 2);
  CHECK(ways[0].share == Approx(0.75));
  CHECK(ways[1].stack == StackNumber{3});
}

TEST_CASE("the stacks to be named are those that freed blocks of the site") {
  Observation observation;
  add_process(observation, {{0, StackNumber{3}, 1, 1, 1, 1}, {2, StackNumber{1}, 1, 1, 1, 1}});
  Assessment site;
  site.series = {2};
  CHECK(releasing_stacks(observation.processes[0], site) == std::vector<StackNumber>{StackNumber{1}});
}

}  // namespace lw
