// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/diff.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/model/distributions.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

constexpr f64 kMostFalseDiscoveries = 0.05;

// A mean over processes with the variance of its error.
struct Mean {
  f64 value = 0, variance = 0;
};

struct Place {
  Mean growth, live;
  Assessment largest;
  bool known = false;
};

f64 variance_of(const Estimate& estimate) {
  const f64 error = (estimate.high - estimate.low) / (2 * kTwoSided95);
  return error * error;
}

// Two runs of one program differ even where every allocation is counted: blocks come and go at random. Their number
// is taken to scatter like a Poisson variable, on top of what sampling adds.
f64 variance_between_runs(const Assessment& site, f64 value) {
  return value * value / static_cast<f64>(std::max<u64>(1, site.samples));
}

std::string function_of(const NamedStack& stack) { return stack.site().function + '\n' + stack.site().module; }

using Places = std::map<std::string, Place>;

void add_process(const DiffSide& side, const ProcessReport& report, f64 share, Places& places) {
  std::map<std::string, std::vector<u32>> members;
  u32 process = 0;
  for (const Assessment& site : report.sites) {
    process = site.process;
    std::vector<u32>& series = members[function_of((*side.names)[site.stack])];
    series.insert(series.end(), site.series.begin(), site.series.end());
  }
  std::vector<Member> subjects;
  for (const auto& [function, series] : members) subjects.push_back({process, series});
  const std::vector<Assessment> sites = assess(*side.observation, subjects);
  size_t number = 0;
  for (const auto& [function, series] : members) {
    const Assessment& site = sites[number++];
    Place& place = places[function];
    const f64 growth = site.bytes_per_s.value, live = site.live_bytes.value;
    place.growth.value += share * growth;
    place.growth.variance += share * share * (variance_of(site.bytes_per_s) + variance_between_runs(site, growth));
    place.live.value += share * live;
    place.live.variance += share * share * (variance_of(site.live_bytes) + variance_between_runs(site, live));
    if (!place.known || live > place.largest.live_bytes.value) place.largest = site;
    place.known = true;
  }
}

Places places_of(const DiffSide& side) {
  Places places;
  const f64 share = 1 / static_cast<f64>(std::max<size_t>(1, side.report->processes.size()));
  for (const ProcessReport& report : side.report->processes) add_process(side, report, share, places);
  return places;
}

Estimate change_of(const Mean& base, const Mean& fresh) {
  return difference_of(fresh.value - base.value, fresh.variance + base.variance);
}

// Two-sided p-value of a change.
f64 chance_of(const Estimate& change) {
  const f64 error = (change.high - change.low) / (2 * kTwoSided95);
  if (change.value == 0 || error <= 0) return 1;
  return 2 * normal_upper_tail(std::fabs(change.value) / error);
}

bool costs_more(const Change& a, const Change& b) {
  if (a.growth_bytes_per_s.value != b.growth_bytes_per_s.value) {
    return a.growth_bytes_per_s.value > b.growth_bytes_per_s.value;
  }
  return a.live_bytes.value > b.live_bytes.value;
}

}  // namespace

std::vector<Change> changes_between(const DiffSide& base, const DiffSide& fresh) {
  const Places before = places_of(base), after = places_of(fresh);
  Places all = before;
  all.insert(after.begin(), after.end());

  std::vector<Change> changes;
  std::vector<f64> p_values;
  for (const auto& [function, ignored] : all) {
    const auto old_place = before.find(function), new_place = after.find(function);
    const Place nothing;
    const Place& from = old_place == before.end() ? nothing : old_place->second;
    const Place& to = new_place == after.end() ? nothing : new_place->second;
    Change change;
    change.in_base = from.known;
    change.in_new = to.known;
    change.site = to.known ? to.largest : from.largest;
    change.growth_bytes_per_s = change_of(from.growth, to.growth);
    change.live_bytes = change_of(from.live, to.live);
    // Of two looks at one site the better one counts, at twice its price.
    p_values.push_back(std::min(1.0, 2 * std::min(chance_of(change.growth_bytes_per_s), chance_of(change.live_bytes))));
    changes.push_back(std::move(change));
  }
  const std::vector<f64> rates = false_discovery_rates(p_values);
  for (size_t i = 0; i < changes.size(); ++i) changes[i].by_chance = rates[i];
  std::erase_if(changes, [](const Change& change) { return change.by_chance > kMostFalseDiscoveries; });
  std::stable_sort(changes.begin(), changes.end(), costs_more);
  return changes;
}

}  // namespace lw
