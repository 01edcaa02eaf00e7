// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/churn.h"

#include <algorithm>

#include "analyzer/model/ranking.h"

namespace lw {
namespace {

constexpr f64 kNearlyAllDie = 0.9;
constexpr u32 kLeastChurnSamples = 20;  // a rate known to a quarter of itself
constexpr f64 kLeastWatched_s = 10;     // before that all programs do is start
constexpr f64 kMostCertain = 0.95;      // for the cost of a pair is only an estimate
constexpr size_t kMostChurnPlaces = 3;

bool worth_a_word(const ChurnTotal& total, const Process& process) {
  return process.duration_s() >= kLeastWatched_s && total.cpus >= kLeastBusyCpus &&
         total.cpu_share >= kLeastChurnCpuShare;
}

f64 call_share(const Process& process, const Assessment& site) {
  const f64 calls = process.memory.empty() ? 0 : static_cast<f64>(process.memory.back().allocations);
  return calls > 0 ? site.allocated.count / calls : 0;
}

bool lives_shortly(const Assessment& site) {
  return site.freed.samples >= kLeastChurnSamples && site.freed.count >= kNearlyAllDie * site.allocated.count &&
         site.died_by_s <= kLongestChurnLife_s;
}

ChurnCase grounds_of(const Process& process, const Assessment& site, const ChurnTotal& total) {
  const f64 watched_s = process.duration_s();
  return {.blocks_per_s = site.allocated.count / watched_s,
          .bytes_per_s = site.allocated.bytes / watched_s,
          .call_share = std::min(1.0, call_share(process, site)),
          .cpu_share = total.cpu_share};
}

}  // namespace

ChurnTotal churn_of(const Process& process) {
  ChurnTotal total;
  const f64 watched_s = process.duration_s();
  if (process.memory.empty() || watched_s <= 0) return total;
  const MemoryPoint& newest = process.memory.back();
  const f64 pairs = static_cast<f64>(std::min(newest.allocations, newest.frees));
  const f64 cpu_s = static_cast<f64>(process.receipt.cpu_ns) * 1e-9;
  total.pairs_per_s = pairs / watched_s;
  total.cpus = cpu_s / watched_s;
  if (cpu_s > 0) total.cpu_share = std::min(1.0, pairs * kPairCost_s / cpu_s);
  return total;
}

bool may_be_churn(const Process& process, const Assessment& site) {
  constexpr f64 kPartOfPlace = 0.1;  // a place may be reached by many stacks
  return worth_a_word(churn_of(process), process) && call_share(process, site) >= kPartOfPlace * kLeastCallShare;
}

std::vector<Assessment> churning(const Observation& observation, std::span<const Assessment> sites,
                                 const Names& names) {
  std::vector<Assessment> found;
  if (sites.empty()) return found;
  const Process& process = observation.processes[sites.front().process];
  std::vector<Assessment> candidates;
  for (const Assessment& site : sites) {
    if (names.has(site.stack) && may_be_churn(process, site)) candidates.push_back(site);
  }
  const ChurnTotal total = churn_of(process);
  for (Assessment& place : merged_by_place(observation, candidates, names)) {
    if (call_share(process, place) < kLeastCallShare || !lives_shortly(place)) continue;
    place.verdict = Verdict::kChurn;
    place.confidence = kMostCertain;
    place.churn = grounds_of(process, place, total);
    found.push_back(std::move(place));
  }
  std::stable_sort(found.begin(), found.end(), [](const Assessment& a, const Assessment& b) {
    return a.churn->blocks_per_s > b.churn->blocks_per_s;
  });
  found.resize(std::min(found.size(), kMostChurnPlaces));
  return found;
}

}  // namespace lw
