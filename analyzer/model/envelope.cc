// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/envelope.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "analyzer/model/diff.h"
#include "analyzer/model/match_places.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

// The baseline's place for each place of today's build.
using Known = std::map<PlaceKey, SharedPlace>;

Known known_places(const Population& base, const Population& now) {
  Known known;
  for (const MatchedPlaces& places : match_places(base, now, comparability_of(base, now))) {
    if (!places.base || !places.fresh) continue;
    known.emplace(places.fresh->key, *places.base);
    for (const PlaceKey& contained : places.contains) known.emplace(contained, *places.base);
  }
  return known;
}

struct Tested {
  const ProcessReport* report;
  const MeasuredPlace* place;
  const SharedPlace* base;
  size_t quantity;
  f64 p;
};

class Judge {
 public:
  Judge(const Names& names, const Limits& limits) : names_(names), limits_(limits), violations_(names) {}

  // A process of a program that the baseline knows.
  void test(const ProcessReport& report, const MeasuredProcess& process, const Population& base, const Known& known) {
    for (const MeasuredPlace& place : process.places) {
      const auto usual = known.find(place.key);
      if (usual == known.end()) continue;
      const Excess excess = excess_over(usual->second, base, place, process);
      for (size_t q = 0; q < kQuantities; ++q) {
        tested_.push_back({&report, &place, &usual->second, q, std::min(1.0, excess.p[q])});
      }
    }
    for (const Assessment& finding : report.findings) {
      if (!breaks(finding, limits_)) continue;
      const PlaceKey key = place_key_of(names_[finding.stack], *report.process);
      const auto usual = known.find(key);
      const bool had_it = usual != known.end() && usual->second.found_in.count(finding.verdict) != 0;
      if (had_it) {
        known_findings_[{&report, key}].push_back(&finding);
      } else {
        violations_.add(report, finding);
        named_.insert({&report, key});
      }
    }
  }

  void test_without_baseline(const ProcessReport& report) {
    for (const Assessment& finding : report.findings) {
      if (breaks(finding, limits_)) violations_.add(report, finding);
    }
  }

  std::vector<Violation> finish() {
    std::vector<f64> p_values;
    for (const Tested& test : tested_) p_values.push_back(test.p);
    const std::vector<f64> rates = false_discovery_rates(p_values);
    for (size_t i = 0; i < tested_.size(); ++i) {
      if (rates[i] <= kMostFalseChanges) add_excess(tested_[i]);
    }
    return violations_.sorted();
  }

 private:
  using Where = std::pair<const ProcessReport*, PlaceKey>;

  void add_excess(const Tested& test) {
    const Where where{test.report, test.place->key};
    if (named_.count(where) != 0) return;  // as a finding already
    const Spread& usual = test.base->each[test.quantity];
    const Beyond beyond{Quantity{static_cast<u8>(test.quantity)}, test.place->measured[test.quantity].value, usual.mean,
                        std::sqrt(usual.variance())};
    const auto findings = known_findings_.find(where);
    if (findings != known_findings_.end()) {
      for (const Assessment* finding : findings->second) violations_.add(*test.report, *finding, beyond);
    } else if (beyond.quantity != Quantity::kGrowth) {  // growth that is no finding is not sure enough
      violations_.add(*test.report, test.place->site, beyond);
    } else {
      return;
    }
    named_.insert(where);
  }

  const Names& names_;
  const Limits& limits_;
  Violations violations_;
  std::vector<Tested> tested_;
  std::map<Where, std::vector<const Assessment*>> known_findings_;
  std::set<Where> named_;
};

}  // namespace

Baseline baseline_of(const std::vector<MeasuredProcess>& processes, const Observation& observation) {
  return {LW_VERSION, populations_of(processes, observation)};
}

std::vector<Violation> violations_beyond(const Baseline& baseline, const Observation& observation, const Report& report,
                                         const std::vector<MeasuredProcess>& processes, const Names& names,
                                         const Limits& limits, std::vector<std::string>& unknown) {
  const std::map<std::string, Population> now = populations_of(processes, observation);
  const bool one_program = now.size() == 1 && baseline.populations.size() == 1;
  std::map<std::string, std::pair<const Population*, Known>> known;
  for (const auto& [program, population] : now) {
    const auto same = one_program ? baseline.populations.begin() : baseline.populations.find(program);
    if (same != baseline.populations.end()) {
      known[program] = {&same->second, known_places(same->second, population)};
    } else {
      unknown.push_back(program);
    }
  }
  Judge judge(names, limits);
  for (size_t i = 0; i < processes.size(); ++i) {
    const auto base = known.find(report.processes[i].process->name);
    if (base == known.end()) {
      judge.test_without_baseline(report.processes[i]);
    } else {
      judge.test(report.processes[i], processes[i], *base->second.first, base->second.second);
    }
  }
  return judge.finish();
}

}  // namespace lw
