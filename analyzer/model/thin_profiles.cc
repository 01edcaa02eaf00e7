// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thin_profiles.h"

#include <algorithm>
#include <numeric>

namespace lw {
namespace {

// Where nothing moved between a profile and its successor, the successor has no point: it inherits the one that goes.
void leave_points(Series& series, const std::vector<u32>& heir) {
  size_t left = 0;
  for (SeriesPoint point : series.points) {
    point.profile = heir[point.profile];
    const bool replaces = left > 0 && series.points[left - 1].profile == point.profile;
    series.points[replaces ? left - 1 : left++] = point;
  }
  series.points.resize(left);
  series.points.shrink_to_fit();
}

// `left`: the numbers of those that stay, ascending; the last profile is among them.
void leave_profiles(Process& process, std::span<LiveSet* const> live_sets, const std::vector<u32>& left) {
  std::vector<u32> heir(process.profiles.size());
  std::vector<Profile> profiles;
  for (u32 number = 0; number < heir.size(); ++number) {
    heir[number] = static_cast<u32>(profiles.size());
    if (left[profiles.size()] == number) profiles.push_back(process.profiles[number]);
  }
  process.profiles = std::move(profiles);
  for (Series& series : process.series) leave_points(series, heir);
  for (LiveSet* set : live_sets) set->profile = heir[set->profile];
}

// The one of `left` that is missed least, by its place there; nothing if all others are to be kept.
std::optional<u32> most_crowded(const std::vector<Profile>& profiles, const std::vector<u32>& left,
                                const std::vector<u32>& kept) {
  std::optional<u32> found;
  f64 narrowest_s = 0;
  for (u32 i = 1; i + 1 < left.size(); ++i) {
    const f64 gap_s = profiles[left[i + 1]].taken_s - profiles[left[i - 1]].taken_s;
    if ((found && gap_s >= narrowest_s) || std::find(kept.begin(), kept.end(), left[i]) != kept.end()) continue;
    found = i;
    narrowest_s = gap_s;
  }
  return found;
}

std::vector<u32> numbers_kept(const Process& process, std::span<LiveSet* const> live_sets,
                              std::span<const u64> kept_unix_ns) {
  std::vector<u32> kept;
  for (const LiveSet* set : live_sets) kept.push_back(set->profile);
  for (const u64 unix_ns : kept_unix_ns) {
    if (const std::optional<u32> number = profile_at(process, unix_ns)) kept.push_back(*number);
  }
  return kept;
}

}  // namespace

void trim_points(Process& process) {
  for (Series& series : process.series) series.points.shrink_to_fit();
}

void order_by_time(Process& process, LiveSet& running, LiveSet& ending) {
  std::vector<u32> order(process.profiles.size()), rank(order.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](u32 a, u32 b) { return process.profiles[a].taken_s < process.profiles[b].taken_s; });
  std::vector<Profile> sorted;
  for (u32 i = 0; i < order.size(); ++i) {
    rank[order[i]] = i;
    sorted.push_back(process.profiles[order[i]]);
  }
  process.profiles = std::move(sorted);
  for (Series& series : process.series) {
    for (SeriesPoint& point : series.points) point.profile = rank[point.profile];
    std::sort(series.points.begin(), series.points.end(),
              [](const SeriesPoint& a, const SeriesPoint& b) { return a.profile < b.profile; });
  }
  trim_points(process);
  running.profile = rank[running.profile];
  ending.profile = rank[ending.profile];
}

std::optional<u32> profile_at(const Process& process, u64 unix_ns) {
  const auto after = std::find_if(process.profiles.begin(), process.profiles.end(),
                                  [&](const Profile& profile) { return profile.taken_unix_ns > unix_ns; });
  if (after == process.profiles.begin()) return {};
  return static_cast<u32>(after - process.profiles.begin()) - 1;
}

void thin_profiles(Process& process, std::span<LiveSet* const> live_sets, size_t most,
                   std::span<const u64> kept_unix_ns) {
  const std::vector<u32> kept = numbers_kept(process, live_sets, kept_unix_ns);
  std::vector<u32> left(process.profiles.size());
  std::iota(left.begin(), left.end(), 0u);
  while (left.size() > most) {
    const std::optional<u32> place = most_crowded(process.profiles, left, kept);
    if (!place) break;
    left.erase(left.begin() + *place);
  }
  if (left.size() < process.profiles.size()) leave_profiles(process, live_sets, left);
}

}  // namespace lw
