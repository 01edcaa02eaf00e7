// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sorting.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <vector>

namespace lw {
namespace {

// The frames of a stack from the outermost on, by which stacks are compared.
std::vector<u64> outermost_first(const std::vector<u64>& frames, const StackRef& stack) {
  std::vector<u64> result(frames.begin() + stack.first, frames.begin() + stack.first + stack.depth);
  std::reverse(result.begin(), result.end());
  return result;
}

struct Stacks {
  std::vector<u64> frames;
  std::vector<StackRef> refs;

  void add(const std::vector<u64>& outermost_first_frames) {
    refs.push_back({static_cast<u32>(frames.size()), static_cast<u16>(outermost_first_frames.size()),
                    static_cast<u16>(refs.size())});
    frames.insert(frames.end(), outermost_first_frames.rbegin(), outermost_first_frames.rend());
  }

  void sort() { StackSort{frames.data()}(refs.data(), static_cast<u32>(refs.size())); }

  bool ascends() const {
    return std::is_sorted(refs.begin(), refs.end(), [&](const StackRef& a, const StackRef& b) {
      return outermost_first(frames, a) < outermost_first(frames, b);
    });
  }

  bool is_permutation() const {
    std::set<u16> sites;
    for (const StackRef& ref : refs) {
      sites.insert(ref.holder);
    }
    return sites.size() == refs.size();
  }
};

}  // namespace

TEST_CASE("keys of any number and order are sorted") {
  std::mt19937_64 random(1);
  for (u64 count = 0; count < 300; ++count) {
    std::vector<u64> keys(count);
    for (u64& key : keys) {
      key = random() % (1 + random() % 1000);
    }
    std::vector<u64> expected = keys;
    std::sort(expected.begin(), expected.end());
    sort_keys(keys.data(), count);
    REQUIRE(keys == expected);
  }
}

TEST_CASE("stacks are ordered by their frames, the outermost first") {
  Stacks stacks;
  stacks.add({9, 1});
  stacks.add({1, 7, 3});
  stacks.add({});
  stacks.add({1, 7});
  stacks.add({1, 2, 8, 8});
  stacks.sort();
  const auto order = [&](u32 i) { return stacks.refs[i].holder; };
  CHECK(std::vector<u16>{order(0), order(1), order(2), order(3), order(4)} == std::vector<u16>{2, 4, 3, 1, 0});
}

TEST_CASE("random stacks with common beginnings end up in order") {
  std::mt19937_64 random(2);
  for (u32 round = 0; round < 100; ++round) {
    Stacks stacks;
    const u64 count = random() % 400;
    for (u64 i = 0; i < count; ++i) {
      std::vector<u64> path;
      for (u64 depth = random() % 12; depth > 0; --depth) {
        path.push_back(1 + random() % 3);
      }
      stacks.add(path);
    }
    stacks.sort();
    REQUIRE(stacks.ascends());
    REQUIRE(stacks.is_permutation());
  }
}

TEST_CASE("stacks that would take too long are left half-sorted, none of them lost") {
  Stacks stacks;
  const std::vector<u64> recursion(kMaxStackDepth - 1, 42);
  for (u64 i = 0; i < 500; ++i) {
    std::vector<u64> path = recursion;
    path.push_back(1000 - i);
    stacks.add(path);
  }
  stacks.sort();
  CHECK(stacks.is_permutation());
}

}  // namespace lw
