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
  const auto [first, last] = std::ranges::equal_range(process.releases, series, {}, &Release::series);
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

std::vector<FreedBy> freed_by(const Process& process, std::span<const u32> series, const Names& names) {
  struct Place {
    f64 count = 0, most = 0;
    StackNumber stack{};
  };
  std::map<std::string, Place> places;
  f64 all = 0;
  for (const u32 number : series) {
    for (const Release& release : releases_of(process, number)) {
      all += release.count;
      if (!names.has(release.stack)) continue;
      Place& place = places[names.place(release.stack)];
      place.count += release.count;
      if (release.count > place.most) place.most = release.count, place.stack = release.stack;
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
