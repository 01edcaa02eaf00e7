// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/neighbours.h"

#include <algorithm>
#include <map>

namespace lw {
namespace {

// Numbers of stacks, each once: they are visited in order.
struct StackList {
  std::vector<u32> numbers;

  void add(u32 stack) {
    if (numbers.empty() || numbers.back() != stack) numbers.push_back(stack);
  }
};

struct Gathered {
  StackList through, ending;
  std::map<u32, StackList> callers, callees;
};

std::vector<Neighbour> largest_first(const StackView& view, const std::map<u32, StackList>& gathered) {
  std::vector<Neighbour> neighbours;
  for (const auto& [place, stacks] : gathered) neighbours.push_back({place, view.estimate(stacks.numbers)});
  std::stable_sort(neighbours.begin(), neighbours.end(),
                   [](const Neighbour& a, const Neighbour& b) { return a.value.value > b.value.value; });
  return neighbours;
}

}  // namespace

std::vector<Neighbourhood> neighbourhoods(const StackView& view, const Expression& name) {
  std::vector<bool> wanted;
  for (const Place& place : view.places) wanted.push_back(name.found_in(place.name) || name.found_in(place.file));

  std::map<u32, Gathered> gathered;
  for (u32 stack = 0; stack < view.stacks.size(); ++stack) {
    const std::span<const u32> frames = view.frames_of(view.stacks[stack]);
    for (size_t i = 0; i < frames.size(); ++i) {
      if (!wanted[frames[i]]) continue;
      Gathered& here = gathered[frames[i]];
      here.through.add(stack);
      if (i == 0) here.ending.add(stack);
      if (i > 0) here.callees[frames[i - 1]].add(stack);
      if (i + 1 < frames.size()) here.callers[frames[i + 1]].add(stack);
    }
  }
  std::vector<Neighbourhood> found;
  for (const auto& [place, from] : gathered) {
    Neighbourhood& entry = found.emplace_back();
    entry.place = place;
    entry.total = view.estimate(from.through.numbers);
    if (!from.ending.numbers.empty()) entry.self = view.estimate(from.ending.numbers);
    entry.callers = largest_first(view, from.callers);
    entry.callees = largest_first(view, from.callees);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Neighbourhood& a, const Neighbourhood& b) { return a.total.value > b.total.value; });
  return found;
}

}  // namespace lw
