// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/ranking.h"

#include <algorithm>
#include <map>

namespace lw {
namespace {

f64 per_second(const Process& process, f64 value) {
  return process.duration_s() > 0 ? value / process.duration_s() : 0;
}

constexpr Ranking kRankings[] = {
    {"live_bytes", "bytes alive", [](const Process&, const Assessment& s) { return s.live_bytes.value; }},
    {"live_count", "blocks alive", [](const Process&, const Assessment& s) { return s.live_count.value; }},
    {"alloc_bytes", "bytes allocated", [](const Process&, const Assessment& s) { return s.allocated.bytes; }},
    {"alloc_count", "blocks allocated", [](const Process&, const Assessment& s) { return s.allocated.count; }},
    {"growth", "growth", [](const Process&, const Assessment& s) { return s.bytes_per_s.value; }},
    {"churn", "bytes freed a second",
     [](const Process& process, const Assessment& s) { return per_second(process, s.freed.bytes); }},
    {"lifetime", "age that 97 % of the freed blocks do not reach",
     [](const Process&, const Assessment& s) { return s.died_by_s; }},
};

}  // namespace

std::span<const Ranking> all_rankings() { return kRankings; }

const Ranking& ranking_by(std::string_view word) {
  for (const Ranking& ranking : kRankings) {
    if (ranking.word == word) return ranking;
  }
  return kRankings[0];
}

std::vector<Assessment> ranked(const Process& process, std::vector<Assessment> sites, const Ranking& ranking,
                               size_t most) {
  std::stable_sort(sites.begin(), sites.end(), [&](const Assessment& a, const Assessment& b) {
    return ranking.value(process, a) > ranking.value(process, b);
  });
  sites.resize(std::min(most, sites.size()));
  return sites;
}

std::vector<Assessment> merged_by_place(const Observation& observation, const std::vector<Assessment>& sites,
                                        const Names& names) {
  std::map<std::string, Member> members;
  for (const Assessment& site : sites) {
    auto& [process, series] = members[names.place(site.stack)];
    process = site.process;
    series.insert(series.end(), site.series.begin(), site.series.end());
  }
  std::vector<Member> subjects;
  for (auto& [place, subject] : members) subjects.push_back(std::move(subject));
  return assess(observation, subjects);
}

}  // namespace lw
