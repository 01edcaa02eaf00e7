// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/source_lines.h"

#include <algorithm>
#include <map>

namespace lw {
namespace {

struct Stacks {
  std::vector<u32> through, ending;

  void add(u32 stack, bool innermost) {
    if (through.empty() || through.back() != stack) through.push_back(stack);
    if (innermost) ending.push_back(stack);
  }
};

struct Gathered {
  Stacks all;
  std::map<u32, Stacks> by_line;
};

}  // namespace

std::vector<ListedFunction> listed_functions(const StackView& view, const Expression& name) {
  std::vector<bool> wanted;
  for (const Place& place : view.places) wanted.push_back(name.found_in(place.name));

  std::map<std::pair<std::string, std::string>, Gathered> functions;
  for (u32 stack = 0; stack < view.stacks.size(); ++stack) {
    const std::span<const u32> frames = view.frames_of(view.stacks[stack]);
    for (size_t i = 0; i < frames.size(); ++i) {
      if (!wanted[frames[i]]) continue;
      const Place& place = view.places[frames[i]];
      Gathered& function = functions[{place.name, place.file}];
      function.all.add(stack, i == 0);
      function.by_line[place.line].add(stack, i == 0);
    }
  }
  const auto value = [&](const std::vector<u32>& stacks) {
    return stacks.empty() ? Estimate{} : view.estimate(stacks);
  };
  std::vector<ListedFunction> listed;
  for (const auto& [identity, from] : functions) {
    ListedFunction& function = listed.emplace_back();
    function.function = identity.first;
    function.file = identity.second;
    function.self = value(from.all.ending);
    function.total = value(from.all.through);
    for (const auto& [line, stacks] : from.by_line) {
      function.lines.push_back({line, value(stacks.ending), value(stacks.through)});
    }
  }
  std::stable_sort(listed.begin(), listed.end(),
                   [](const ListedFunction& a, const ListedFunction& b) { return a.total.value > b.total.value; });
  return listed;
}

}  // namespace lw
