// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/assess.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/model/periodic.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

constexpr f64 kMostFalseDiscoveries = 0.05;
constexpr u64 kLeastSuspicion = 3;     // fewer surviving samples than this are not worth a word
constexpr u64 kSamplesToWaitFor = 20;  // with so many, nineteen of twenty leaks have been named

Subject subject_of(const Observation& observation, u32 process, const std::vector<u32>& series) {
  const Process& p = observation.processes[process];
  return {&p, &p.live, series};
}

f64 live_bytes_of(const Subject& subject) {
  f64 sum = 0;
  for (const Birth& birth : births_of(subject)) sum += birth.weight.bytes;
  return sum;
}

// Many programs tear everything down before they end. What was mostly freed between the last profile and the exit is
// judged by the state before.
Subject judged_state(const Subject& subject, bool& freed_at_exit) {
  if (!subject.process->before_exit) return subject;
  Subject before = subject;
  before.live = &*subject.process->before_exit;
  const bool late_enough = before.now_s() >= subject.now_s() / 2;
  freed_at_exit = late_enough && live_bytes_of(subject) < live_bytes_of(before) / 2;
  return freed_at_exit ? before : subject;
}

void measure(const Subject& subject, Assessment& assessment) {
  SampledSum bytes, count;
  for (const Birth& birth : births_of(subject)) {
    bytes.add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
    count.add(birth.weight.count, birth.weight.count_variance, 1);
  }
  const u64 interval = subject.process->profiles[subject.live->profile].interval;
  assessment.samples = bytes.samples;
  assessment.live_bytes = estimate_of(bytes, interval <= 1 ? 0 : static_cast<f64>(interval));
  assessment.live_count = estimate_of(count, 0);
  const std::vector<Level> levels = levels_of(subject);
  assessment.bytes_per_s = net_growth_of(levels);
  assessment.allocated = levels.back().allocated;
  assessment.freed = levels.back().freed;
  assessment.died_by_s = age_reached_by(deaths_of(subject), 0.97);
  for (const u32 number : subject.series) {
    const Series& series = subject.process->series[number];
    assessment.mismatches += series.mismatches;
    if (series.mismatches != 0) assessment.mismatch_kinds = series.mismatch_kinds;
  }
}

bool enough(const GrowthCase& growth) {
  return growth.samples >= kLeastGrowthSamples && growth.shape.events >= kLeastGrowthEvents;
}

f64 confidence_of_growth(const GrowthCase& growth, f64 dropped) {
  return (1 - growth.by_chance) * growth.shape.growing * (1 - growth.blocks_die) * (1 - growth.still_starting) *
         (1 - dropped);
}

// How much longer until as many samples of this growth exist as a decision needs.
f64 time_to_decide(const GrowthCase& growth) {
  const f64 growing_s = growth.window_s - growth.onset_s;
  const f64 samples = static_cast<f64>(growth.samples);
  const f64 for_samples = samples >= kSamplesToWaitFor ? growing_s : growing_s * (kSamplesToWaitFor / samples - 1);
  return std::max(for_samples, kStartUp_s * std::log(1 / (1 - kLeastConfidence)) - growing_s);
}

void decide_growth(Assessment& assessment, f64 dropped) {
  const GrowthCase& growth = assessment.growth;
  const f64 confidence = confidence_of_growth(growth, dropped);
  if (enough(growth) && growth.by_chance <= kMostFalseDiscoveries && confidence >= kLeastConfidence &&
      !growth.level_disagrees) {
    assessment.verdict = Verdict::kGrowing;
    assessment.confidence = confidence;
    assessment.bytes_per_s = growth.bytes_per_s;
    return;
  }
  const bool suspicious = growth.samples >= kLeastSuspicion && growth.shape.growing > 0.5 && !growth.level_disagrees;
  if (suspicious) {
    assessment.verdict = Verdict::kUnknown;
    assessment.confidence = confidence;
    assessment.wait_s = time_to_decide(growth);
    return;
  }
  const bool warming = enough(growth) && growth.shape.warming > growth.shape.ended + growth.shape.burst;
  assessment.verdict = warming ? Verdict::kWarming : Verdict::kSteady;
  assessment.confidence = 1 - growth.shape.growing;
}

void decide(const Subject& subject, Assessment& assessment, f64 dropped) {
  if (!subject.live->known) {
    assessment.verdict = Verdict::kUnknown;
    return;
  }
  if (assessment.growth.old.exists) {
    decide_growth(assessment, dropped);
  } else {
    assessment.verdict = is_periodic(levels_of(subject)) ? Verdict::kPeriodic : Verdict::kSteady;
    // Laplace's rule: after n blocks that were all freed the next one is kept with probability 1 / (n + 2).
    assessment.confidence = 1 - 1 / (assessment.freed.samples + 2.0);
  }
  if (assessment.verdict == Verdict::kGrowing || assessment.verdict == Verdict::kUnknown) return;
  const bool alive_at_exit = subject.process->ended == Ended::kExit && !assessment.freed_at_exit;
  if (alive_at_exit && assessment.samples > 0) {
    assessment.verdict = Verdict::kUnfreed;
    assessment.confidence = 1 - dropped;
  }
}

}  // namespace

f64 dropped_share(const Process& process) {
  f64 allocated = 0, dropped = 0;
  for (const Drop& drop : process.drops) dropped += drop.bytes;
  if (dropped <= 0) return 0;
  for (const Series& series : process.series) {
    if (!series.points.empty()) allocated += series.points.back().allocated.bytes;
  }
  return dropped / (allocated + dropped);
}

std::vector<Assessment> assess(const Observation& observation,
                               const std::vector<std::pair<u32, std::vector<u32>>>& subjects) {
  std::vector<Assessment> all;
  all.reserve(subjects.size());
  std::vector<size_t> tested;
  std::vector<f64> p_values;
  std::vector<Subject> states;
  for (const auto& [process, series] : subjects) {
    Assessment assessment;
    assessment.process = process;
    assessment.series = series;
    assessment.stack = observation.processes[process].series[series.front()].stack;
    states.push_back(judged_state(subject_of(observation, process, series), assessment.freed_at_exit));
    measure(states.back(), assessment);
    assessment.growth = growth_case_of(states.back());
    // How many survivors there are says nothing about when they were born: choosing by it leaves the tests valid.
    if (enough(assessment.growth)) {
      tested.push_back(all.size());
      p_values.push_back(assessment.growth.by_chance);
    }
    all.push_back(std::move(assessment));
  }
  const std::vector<f64> rates = false_discovery_rates(p_values);
  for (size_t i = 0; i < tested.size(); ++i) all[tested[i]].growth.by_chance = rates[i];
  std::map<const Process*, f64> dropped;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto [place, fresh] = dropped.try_emplace(states[i].process, 0);
    if (fresh) place->second = dropped_share(*states[i].process);
    decide(states[i], all[i], place->second);
    all[i].confidence = std::clamp(all[i].confidence, 0.0, kMostConfidence);
  }
  return all;
}

std::vector<Assessment> assess_sites(const Observation& observation) {
  std::vector<std::pair<u32, std::vector<u32>>> subjects;
  for (u32 process = 0; process < observation.processes.size(); ++process) {
    for (u32 series = 0; series < observation.processes[process].series.size(); ++series) {
      subjects.push_back({process, {series}});
    }
  }
  return assess(observation, subjects);
}

}  // namespace lw
