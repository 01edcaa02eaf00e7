// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/freed_by.h"

#include <algorithm>
#include <map>

namespace lw {
namespace {

constexpr size_t kMostPlaces = 3;
constexpr f64 kLeastShare = 0.01;

// Releases are ordered by series.
std::span<const Release> releases_of(const Process& process, u32 series) {
  const auto first = std::lower_bound(process.releases.begin(), process.releases.end(), series,
                                      [](const Release& release, u32 wanted) { return release.series < wanted; });
  const auto last = std::upper_bound(first, process.releases.end(), series,
                                     [](u32 wanted, const Release& release) { return wanted < release.series; });
  return {first, last};
}

}  // namespace

std::vector<StackNumber> releasing_stacks(const Process& process, const Assessment& site) {
  std::vector<StackNumber> stacks;
  for (const u32 series : site.series) {
    for (const Release& release : releases_of(process, series)) stacks.push_back(release.stack);
  }
  return stacks;
}

std::vector<FreedBy> freed_by(const Observation& observation, std::span<const Member> members, const Names& names) {
  struct Place {
    f64 count = 0, most = 0;
    StackNumber stack{};
  };
  std::map<std::string, Place> places;
  f64 all = 0;
  const auto add = [&](const Release& release) {
    all += release.count;
    if (!names.has(release.stack)) return;
    Place& place = places[names.place(release.stack)];
    place.count += release.count;
    if (release.count > place.most) place.most = release.count, place.stack = release.stack;
  };
  for (const Member& member : members) {
    for (const u32 number : member.series) {
      for (const Release& release : releases_of(observation.processes[member.process], number)) add(release);
    }
  }
  std::vector<FreedBy> ways;
  for (const auto& [name, place] : places) {
    if (place.count >= kLeastShare * all) ways.push_back({place.stack, place.count / all});
  }
  std::stable_sort(ways.begin(), ways.end(), [](const FreedBy& a, const FreedBy& b) { return a.share > b.share; });
  ways.resize(std::min(ways.size(), kMostPlaces));
  return ways;
}

}  // namespace lw
