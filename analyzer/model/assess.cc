// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/assess_processes.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <span>

#include "analyzer/base/parallel.h"
#include "analyzer/model/periodic.h"
#include "analyzer/model/survival.h"
#include "analyzer/model/trend.h"

namespace lw {

static_assert(sizeof(Assessment) <= 352, "of a hundred thousand sites this is 34 MiB");

namespace {

constexpr f64 kMostFalseDiscoveries = 0.05;
constexpr u64 kLeastSuspicion = 3;     // fewer surviving samples than this are not worth a word
constexpr u64 kSamplesToWaitFor = 28;  // with so many, nineteen of twenty leaks have been named

// What is known of a process as a whole, for all of its subjects.
struct Known {
  Load load;
  Thinning thinning;
  f64 dropped;
};

using KnownProcesses = std::map<u32, Known>;

using Group = std::vector<Member>;

Known& known_of(const Process& process, u32 number, KnownProcesses& known) {
  const auto place = known.find(number);
  if (place != known.end()) return place->second;
  return known.insert({number, {Load(process.work), Thinning(process), dropped_share(process)}}).first->second;
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
  const bool freed = late_enough && live_bytes_of(subject) < live_bytes_of(before) / 2;
  freed_at_exit = freed_at_exit || freed;
  return freed ? before : subject;
}

bool all_is_mapped(const std::vector<Subject>& subjects) {
  bool any = false;
  for (const Subject& subject : subjects) {
    for (const u32 series : subject.series) {
      for (u32 i = subject.live->first[series]; i < subject.live->first[series + 1]; ++i) {
        if (subject.live->blocks[i].kind != AllocKind::kMmap) return false;
        any = true;
      }
    }
  }
  return any;
}

struct State {
  std::vector<Subject> subjects;
  f64 dropped = 0;  // the largest share of one of them
};

void measure(const State& state, Assessment& assessment) {
  SampledSum bytes, count;
  u64 interval = 0;
  Deaths deaths{};
  f64 growth = 0, growth_variance = 0;
  std::vector<Survivor> survivors;
  assessment.seen_in = 0;
  for (const Subject& subject : state.subjects) {
    const std::vector<Birth> births = births_of(subject);
    assessment.seen_in += !births.empty();
    for (const Birth& birth : births) {
      bytes.add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
      count.add(birth.weight.count, birth.weight.count_variance, 1);
      survivors.push_back({subject.now_s() - birth.at_s, birth.weight.count});
    }
    interval = std::max(interval, subject.process->profiles[subject.live->profile].interval);
    const std::vector<Level> levels = levels_of(subject);
    const Estimate net = net_growth_of(levels);
    growth += net.value;
    growth_variance += (net.high - net.value) * (net.high - net.value);
    assessment.allocated += levels.back().allocated;
    assessment.freed += levels.back().freed;
    const Deaths own = deaths_of(subject);
    for (size_t bin = 0; bin < deaths.size(); ++bin) deaths[bin] += own[bin];
    for (const u32 number : subject.series) {
      const Series& series = subject.process->series[number];
      assessment.mismatches += series.mismatches;
      if (series.mismatches != 0) assessment.mismatch_kinds = series.mismatch_kinds;
    }
  }
  assessment.samples = bytes.samples;
  assessment.mapped = all_is_mapped(state.subjects);
  const f64 unseen = interval <= 1 ? 0 : static_cast<f64>(interval);
  assessment.live_bytes = estimate_of(bytes, unseen);
  assessment.live_count = estimate_of(count, bytes.smallest > 0 ? unseen / bytes.smallest : 0);
  assessment.died_by_s = age_reached_by(deaths, 0.97);
  const std::vector<SurvivalPoint> curve = survival_of(deaths, survivors, bytes.samples + assessment.freed.samples);
  if (!curve.empty()) assessment.kept = curve.back().share;
  const f64 error = std::sqrt(growth_variance);
  assessment.bytes_per_s =
      scaled({growth, growth - error, growth + error}, 1 / static_cast<f64>(state.subjects.size()));
}

bool enough(const GrowthCase& growth) {
  return growth.samples >= kLeastGrowthSamples && growth.shape.events >= kLeastGrowthEvents;
}

f64 confidence_of_growth(const GrowthCase& growth, f64 dropped) {
  return (1 - growth.by_chance) * growth.shape.growing() * (1 - growth.blocks_die) * (1 - growth.still_starting) *
         (1 - growth.once_each) * (1 - dropped);
}

// How much longer until as many samples of this growth exist as a decision needs.
f64 time_to_decide(const GrowthCase& growth) {
  const f64 growing_s = growth.window_s - growth.onset_s;  // of the process that was watched the longest
  const f64 samples = static_cast<f64>(growth.samples);
  const f64 for_samples = samples >= kSamplesToWaitFor ? growing_s : growing_s * (kSamplesToWaitFor / samples - 1);
  return std::max(for_samples, kStartUp_s * std::log(1 / (1 - kLeastConfidence)) - growing_s);
}

bool may_be_a_job(const State& state, const Assessment& assessment) {
  return assessment.freed_at_exit && state.subjects.front().process->duration_s() < kLongestJob_s;
}

void decide_growth(const State& state, Assessment& assessment) {
  const GrowthCase& growth = *assessment.growth;
  const f64 confidence = confidence_of_growth(growth, state.dropped);
  const f64 least = may_be_a_job(state, assessment) ? kLeastConfidenceOfJob : kLeastConfidence;
  if (enough(growth) && growth.by_chance <= kMostFalseDiscoveries && confidence >= least && !growth.level_disagrees &&
      !growth.oldest_died && !growth.many_places) {
    assessment.verdict = Verdict::kGrowing;
    assessment.confidence = confidence;
    assessment.bytes_per_s = growth.bytes_per_s;
    return;
  }
  const bool suspicious = growth.samples >= kLeastSuspicion && growth.shape.growing() > 0.5 &&
                          !growth.level_disagrees && !growth.oldest_died;
  if (suspicious) {
    assessment.verdict = Verdict::kUnknown;
    assessment.confidence = confidence;
    assessment.wait_s = growth.many_places ? 0 : time_to_decide(growth);
    return;
  }
  const bool warming = enough(growth) && assessment.pattern == Pattern::kSaturating;
  assessment.verdict = warming ? Verdict::kWarming : Verdict::kSteady;
  assessment.confidence = 1 - growth.shape.growing();
}

// No trend is needed: what nothing points to will never be freed.
bool decide_loss(Assessment& assessment, f64 dropped) {
  const f64 confidence = confidence_of_loss(*assessment.reach) * (1 - dropped);
  if (confidence < kLeastConfidence) return false;
  assessment.verdict = Verdict::kLost;
  assessment.confidence = confidence;
  return true;
}

void decide(const State& state, Assessment& assessment) {
  const auto known = [](const Subject& subject) { return subject.live->known; };
  if (std::none_of(state.subjects.begin(), state.subjects.end(), known)) {
    assessment.verdict = Verdict::kUnknown;
    return;
  }
  if (decide_loss(assessment, state.dropped)) return;
  const Subject& first = state.subjects.front();
  if (assessment.growth) {
    assessment.pattern = pattern_of(assessment.growth->shape);
    decide_growth(state, assessment);
  } else {
    const bool periodic = is_periodic(levels_of(first));
    assessment.verdict = periodic ? Verdict::kPeriodic : Verdict::kSteady;
    assessment.pattern = periodic ? Pattern::kPeriodic : Pattern::kNone;
    // Laplace's rule: after n blocks that were all freed the next one is kept with probability 1 / (n + 2).
    assessment.confidence = 1 - 1 / (assessment.freed.samples + 2.0);
  }
  if (assessment.verdict == Verdict::kGrowing || assessment.verdict == Verdict::kUnknown) return;
  const bool alive_at_exit = first.process->ended == Ended::kExit && !assessment.freed_at_exit;
  if (alive_at_exit && assessment.samples > 0) {
    assessment.verdict = Verdict::kUnfreed;
    assessment.confidence = 1 - state.dropped;
  }
}

// Everything but the verdict.
Assessment case_of(const Observation& observation, const Group& members, KnownProcesses& known, State& state) {
  const Member& first = members.front();
  Assessment assessment;
  assessment.process = first.process;
  assessment.series = first.series;
  assessment.stack = observation.processes[first.process].series[first.series.front()].stack;
  assessment.processes = static_cast<u32>(members.size());
  for (const Member& member : members) {
    const Process& process = observation.processes[member.process];
    Known& known_of_it = known_of(process, member.process, known);
    const Subject subject{&process, &process.live, member.series, &known_of_it.load, &known_of_it.thinning};
    state.subjects.push_back(judged_state(subject, assessment.freed_at_exit));
    state.dropped = std::max(state.dropped, known_of_it.dropped);
  }
  measure(state, assessment);
  assessment.reach = reach_case_of(state.subjects);
  if (assessment.reach) assessment.reach.edit().nameless = observation.code[assessment.stack].frames.empty();
  assessment.growth = growth_case_of(state.subjects);
  if (assessment.growth) assessment.growth.edit().many_places = observation.code[assessment.stack].other;
  return assessment;
}

void conclude(const State& state, Assessment& assessment) {
  decide(state, assessment);
  assessment.confidence = std::clamp(assessment.confidence, 0.0, kMostConfidence);
}

// What is to be judged, by its number, and where each assessment goes. With very many, no list of the one and no second
// list of the other has room.
struct Work {
  std::function<Group(size_t)> group;
  std::function<Assessment&(size_t)> place;
  size_t count;
};

// Some of the cases. What is worked out on the way about their processes is shared among them alone. Where growth is
// in question the others have a say in what it means; every other case is concluded here, and its state forgotten.
void cases_of(const Observation& observation, const Work& work, size_t first, std::span<State> states) {
  KnownProcesses known;
  for (size_t i = 0; i < states.size(); ++i) {
    Assessment& assessment = work.place(first + i);
    assessment = case_of(observation, work.group(first + i), known, states[i]);
    if (assessment.growth) continue;
    conclude(states[i], assessment);
    states[i] = {};
  }
}

// A case needs none of the others. With very many, the processors share the work; the result is the same.
std::vector<State> all_cases_of(const Observation& observation, const Work& work) {
  constexpr size_t kLeastGroups = 2000;
  std::vector<State> states(work.count);
  in_parts(work.count, kLeastGroups, [&](size_t first, size_t count) {
    cases_of(observation, work, first, std::span(states).subspan(first, count));
  });
  return states;
}

// `shares`: what is known of how common each history is; else it is learnt from these.
void assess_all(const Observation& observation, const Work& work, std::shared_ptr<const FamilyShares> shares) {
  const std::vector<State> states = all_cases_of(observation, work);
  std::vector<GrowthCase*> tested;
  std::vector<f64> p_values;
  std::vector<const Shape*> shapes;
  for (size_t i = 0; i < work.count; ++i) {
    Rare<GrowthCase>& growth = work.place(i).growth;
    // How many survivors there are says nothing about when they were born: choosing by it leaves the tests valid.
    if (!enough(*growth)) continue;
    tested.push_back(&growth.edit());
    p_values.push_back(growth->by_chance);
    shapes.push_back(&growth->shape);
  }
  const std::vector<f64> rates = false_discovery_rates(p_values);
  for (size_t i = 0; i < tested.size(); ++i) tested[i]->by_chance = rates[i];
  if (!shares) shares = std::make_shared<const FamilyShares>(shares_among(shapes));
  for (size_t i = 0; i < work.count; ++i) {
    Assessment& assessment = work.place(i);
    assessment.shares = shares;
    if (!assessment.growth) continue;
    weigh(assessment.growth.edit().shape, *shares);
    conclude(states[i], assessment);
  }
}

std::vector<Assessment> assess_groups(const Observation& observation, const std::vector<Group>& groups,
                                      const std::shared_ptr<const FamilyShares>& shares) {
  std::vector<Assessment> all(groups.size());
  const Work work{[&](size_t i) { return groups[i]; }, [&](size_t i) -> Assessment& { return all[i]; }, all.size()};
  assess_all(observation, work, shares);
  return all;
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

std::vector<Assessment> assess(const Observation& observation, const std::vector<Member>& subjects) {
  std::vector<Group> groups;
  for (const Member& subject : subjects) groups.push_back({subject});
  return assess_groups(observation, groups, {});
}

std::vector<Assessment> assess_together(const Observation& observation, const std::vector<Group>& groups,
                                        const std::shared_ptr<const FamilyShares>& shares) {
  return assess_groups(observation, groups, shares);
}

std::vector<std::vector<Assessment>> assess_processes(const Observation& observation) {
  std::vector<std::vector<Assessment>> all(observation.processes.size());
  std::vector<size_t> first{0};  // number of each process's first series among all
  for (u32 process = 0; process < all.size(); ++process) {
    all[process].resize(observation.processes[process].series.size());
    first.push_back(first.back() + all[process].size());
  }
  const auto process_of = [&](size_t number) {
    return static_cast<u32>(std::upper_bound(first.begin(), first.end(), number) - first.begin() - 1);
  };
  const auto group = [&](size_t number) {
    const u32 process = process_of(number);
    return Group{{process, {static_cast<u32>(number - first[process])}}};
  };
  const auto place = [&](size_t number) -> Assessment& {
    const u32 process = process_of(number);
    return all[process][number - first[process]];
  };
  assess_all(observation, {group, place, first.back()}, {});
  return all;
}

std::vector<Assessment> assess_sites(const Observation& observation) {
  std::vector<Assessment> sites;
  for (std::vector<Assessment>& of_process : assess_processes(observation)) {
    std::move(of_process.begin(), of_process.end(), std::back_inserter(sites));
  }
  return sites;
}

}  // namespace lw
