// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/diff.h"

#include <algorithm>
#include <optional>

#include "analyzer/model/match_places.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

using Programs = std::map<std::string, std::vector<const ProcessReport*>>;

Programs programs_of(const DiffSide& side) {
  Programs programs;
  for (const ProcessReport& report : side.report->processes) programs[report.process->name].push_back(&report);
  return programs;
}

// One program on each side is the same one, whatever its file is called.
Programs renamed_like(const Programs& after, Programs before) {
  if (before.size() != 1 || after.size() != 1) return before;
  return {{after.begin()->first, std::move(before.begin()->second)}};
}

f64 mean_age_s(const std::vector<const ProcessReport*>& reports) {
  f64 sum = 0;
  for (const ProcessReport* report : reports) sum += report->process->duration_s();
  return reports.empty() ? 0 : sum / static_cast<f64>(reports.size());
}

// The processes of one program on one side.
struct Group {
  std::vector<MeasuredProcess> processes;
  Population population;

  // The process where there is the most to the place.
  const Assessment* telling_site(const SharedPlace& place) const {
    const MeasuredPlace* most = nullptr;
    for (const MeasuredProcess& process : processes) {
      for (const MeasuredPlace& candidate : process.places) {
        if (candidate.key != place.key) continue;
        const bool more = most == nullptr || candidate.measured[0].value > most->measured[0].value ||
                          (candidate.measured[0].value == most->measured[0].value &&
                           candidate.measured[1].value > most->measured[1].value);
        if (more) most = &candidate;
      }
    }
    return most != nullptr ? &most->site : nullptr;
  }
};

bool all_count_work(const std::vector<const ProcessReport*>& reports) {
  return std::all_of(reports.begin(), reports.end(),
                     [](const ProcessReport* report) { return work_per_s(*report->process) > 0; });
}

Group group_of(const DiffSide& side, const std::vector<const ProcessReport*>& reports, f64 age_s, LoadUnit unit) {
  Group group;
  for (const ProcessReport* report : reports) {
    group.processes.push_back(measured(*side.observation, *report, *side.names, age_s));
  }
  const std::string program = reports.empty() ? "" : reports.front()->process->name;
  group.population = population_of(program, group.processes, unit);
  return group;
}

Change change_of(const MatchedPlaces& places, const PlaceChange& compared, const Group& base, const Group& fresh) {
  Change change;
  change.in_base = places.base.has_value();
  change.in_new = places.fresh.has_value();
  if (change.in_base && change.in_new && places.base->key != places.fresh->key) {
    change.was = places.base->key.second;
  }
  const Assessment* site = change.in_new ? fresh.telling_site(*places.fresh) : base.telling_site(*places.base);
  change.site = *site;
  const auto by = [&](Quantity quantity) { return compared.by[static_cast<size_t>(quantity)]; };
  change.growth_bytes_per_s = by(Quantity::kGrowth);
  change.live_bytes = by(Quantity::kLevel);
  change.alloc_bytes_per_s = by(Quantity::kRate);
  // Of the three looks at a place that changed, those that alone would have been enough.
  const auto differs = [&](Quantity quantity) {
    return kQuantities * compared.p[static_cast<size_t>(quantity)] <= kMostFalseChanges;
  };
  change.grows_differently = differs(Quantity::kGrowth);
  change.holds_differently = differs(Quantity::kLevel);
  change.allocates_differently = differs(Quantity::kRate);
  change.by_chance = compared.p_any();
  return change;
}

void add_changes(const Group& base, const Group& fresh, std::vector<Change>& changes) {
  const Comparability how = comparability_of(base.population, fresh.population);
  for (const MatchedPlaces& places : match_places(base.population, fresh.population, how)) {
    const PlaceChange compared =
        compare(places.base.value_or(SharedPlace{}), places.fresh.value_or(SharedPlace{}), how);
    changes.push_back(change_of(places, compared, base, fresh));
  }
}

bool costs_more(const Change& a, const Change& b) {
  const auto costs = [](const Change& change) {
    return std::array<f64, 3>{change.grows_differently ? change.growth_bytes_per_s.value : 0,
                              change.holds_differently ? change.live_bytes.value : 0,
                              change.allocates_differently ? change.alloc_bytes_per_s.value : 0};
  };
  return costs(a) > costs(b);
}

}  // namespace

std::vector<Change> changes_between(const DiffSide& base, const DiffSide& fresh) {
  const Programs after = programs_of(fresh), before = renamed_like(after, programs_of(base));
  std::vector<Change> changes;
  for (const auto& [program, new_reports] : after) {
    const auto old_reports = before.find(program);
    if (old_reports == before.end()) continue;
    const f64 old_age_s = mean_age_s(old_reports->second), new_age_s = mean_age_s(new_reports);
    const bool same_age = std::max(old_age_s, new_age_s) <= kSameAge * std::min(old_age_s, new_age_s);
    const f64 age_s = same_age ? 0 : std::min(old_age_s, new_age_s);
    const bool by_work = all_count_work(old_reports->second) && all_count_work(new_reports);
    const LoadUnit unit = by_work ? LoadUnit::kWork : LoadUnit::kCall;
    add_changes(group_of(base, old_reports->second, age_s, unit), group_of(fresh, new_reports, age_s, unit), changes);
  }
  std::vector<f64> p_values;
  for (const Change& change : changes) p_values.push_back(change.by_chance);
  const std::vector<f64> rates = false_discovery_rates(p_values);
  for (size_t i = 0; i < changes.size(); ++i) changes[i].by_chance = rates[i];
  std::erase_if(changes, [](const Change& change) { return change.by_chance > kMostFalseChanges; });
  std::stable_sort(changes.begin(), changes.end(), costs_more);
  return changes;
}

std::vector<std::string> not_compared(const DiffSide& base, const DiffSide& fresh) {
  const Programs after = programs_of(fresh), before = renamed_like(after, programs_of(base));
  std::vector<std::string> sentences;
  const auto add = [&](const Programs& programs, const Programs& others, const char* where) {
    for (const auto& [program, reports] : programs) {
      if (others.count(program) == 0) sentences.push_back(program + " ran only in " + where + ": not compared");
    }
  };
  add(before, after, "base");
  add(after, before, "new");
  return sentences;
}

}  // namespace lw
