// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/growth.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/model/change_point.h"
#include "analyzer/model/distributions.h"
#include "analyzer/model/exposure.h"
#include "analyzer/model/once_each.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

// Growth that began so early began with the process.
constexpr f64 kLateOnset = 0.05;

// The chance of at most `died` deaths among `samples` if each died with probability 1/5.
f64 chance_of_so_few_deaths(f64 samples, f64 died) {
  constexpr f64 kShare = 0.2;
  const f64 n = std::round(samples + died), most = std::round(died);
  if (n > 500) return normal_upper_tail((n * kShare - most - 0.5) / std::sqrt(n * kShare * (1 - kShare)));
  f64 sum = 0;
  for (f64 k = 0; k <= most; ++k) {
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(kShare) +
                    (n - k) * std::log(1 - kShare));
  }
  return std::min(1.0, sum);
}

// The level of a process at the later profiles rises less than half as fast as the survivors claim, and surely so.
bool level_disagrees(const std::vector<Level>& levels, f64 claimed_per_s) {
  constexpr size_t kLeastPoints = 5;
  std::vector<TrendPoint> points;
  for (const Level& level : levels) {
    if (level.at_s >= levels.back().at_s / 3) points.push_back({level.at_s, level.bytes});
  }
  return points.size() >= kLeastPoints && theil_sen_slope(points).high < claimed_per_s / 2;
}

// The same of several processes: what all of them together gained, since each by itself has too little of it.
bool levels_disagree(std::span<const Subject> subjects, f64 claimed_per_s) {
  if (subjects.size() == 1) return level_disagrees(levels_of(subjects.front()), claimed_per_s);
  f64 gained = 0, variance = 0, claimed = 0;
  for (const Subject& subject : subjects) {
    if (subject.series.empty()) continue;
    const std::vector<Level> levels = levels_of(subject);
    const Estimate net = net_growth_of(levels);
    const f64 time_s = levels.back().at_s, error = (net.high - net.value) * time_s;
    gained += net.value * time_s;
    variance += error * error;
    claimed += claimed_per_s * time_s;
  }
  return gained + std::sqrt(variance) < claimed / 2;
}

// A birth that is old enough to count, on the common clock.
struct CountedBirth {
  f64 at;
  f64 event;
  f64 size;
  Weight weight;
  f64 interval;
};

// Blocks of different size are missed differently where the interval is wide. Their kinds, by size in units of the
// narrowest interval: up to a quarter of it, the interval itself, and so on by fours.
constexpr std::array<f64, 5> kKinds = {0.01, 0.5, 2, 8, 32};

u8 kind_of(f64 size, f64 narrowest) {
  u8 kind = 0;
  for (f64 limit = narrowest / 4; kind + 1u < kKinds.size() && size > limit; limit *= 4) ++kind;
  return kind;
}

// Nothing is alive from the first part of the time, surely not by chance, and about as many as were born there have
// died at ages that they could have: they have been evicted, and so will the others. A leak that merely began late has
// no such deaths.
bool oldest_have_died(const std::vector<CountedBirth>& births, f64 events, const Deaths& deaths, f64 window_s) {
  constexpr f64 kByChance = 0.01, kAboutAsMany = 0.08, kOldEnough = 1.0 / 8;
  const f64 gap = births.empty() ? 0 : births.front().at;
  if (gap <= 0 || gap >= 1 || events * std::log(1 - gap) > std::log(kByChance)) return false;
  f64 alive = 0, died = 0;
  for (const CountedBirth& birth : births) alive += birth.weight.count;
  for (u32 bin = 0; bin < kLifetimeBins; ++bin)
    died += bin_start_s(bin) >= kOldEnough * gap * window_s ? deaths[bin] : 0;
  return died >= kAboutAsMany * alive * gap / (1 - gap);
}

std::vector<CountedBirth> counted_births(const std::vector<std::vector<Birth>>& births,
                                         const std::vector<f64>& windows_s, const Exposure& clock) {
  std::vector<CountedBirth> counted;
  for (size_t i = 0; i < births.size(); ++i) {
    for (const Birth& birth : births[i]) {
      if (birth.at_s > windows_s[i]) break;  // oldest first
      counted.push_back({clock.share(birth.at_s), birth.event, birth.size, birth.weight, birth.interval});
    }
  }
  if (births.size() > 1) {
    std::sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  }
  return counted;
}

Deaths all_deaths(std::span<const Subject> subjects) {
  Deaths deaths{};
  for (const Subject& subject : subjects) {
    const Deaths own = deaths_of(subject);
    for (size_t bin = 0; bin < deaths.size(); ++bin) deaths[bin] += own[bin];
  }
  return deaths;
}

OldAge old_age_in(std::span<const Subject> subjects, const Deaths& deaths,
                  const std::vector<std::vector<Birth>>& births) {
  std::vector<Survivor> survivors;
  f64 longest_s = 0;
  for (size_t i = 0; i < subjects.size(); ++i) {
    const f64 now_s = subjects[i].now_s();
    for (const Birth& birth : births[i]) survivors.push_back({now_s - birth.at_s, birth.weight.count});
    longest_s = std::max(longest_s, now_s);
  }
  if (subjects.size() > 1) {
    std::sort(survivors.begin(), survivors.end(), [](const auto& a, const auto& b) { return a.age_s > b.age_s; });
  }
  return old_age_of(deaths, survivors, longest_s);
}

// Histories of the load that all processes together had, on the common clock; none if it is unknown of one of them.
std::vector<History> common_load_of(std::span<const Subject> subjects, const std::vector<f64>& windows_s,
                                    const Exposure& clock) {
  Stretches sum{};
  for (size_t i = 0; i < subjects.size(); ++i) {
    if (windows_s[i] <= 0) continue;
    if (subjects[i].load == nullptr || !subjects[i].load->known_until(windows_s[i])) return {};
    const Stretches work = subjects[i].load->work(
        windows_s[i], [&](size_t stretch) { return clock.uptime_s(static_cast<f64>(stretch) / kStretches); });
    for (size_t stretch = 0; stretch < kStretches; ++stretch) sum[stretch] += work[stretch];
  }
  return histories_of_load(sum);
}

const std::vector<History>& load_histories(const Subject& subject, f64 window_s) {
  static const std::vector<History> kUnknown;
  return subject.load == nullptr ? kUnknown : subject.load->histories(window_s);
}

// A process that ended before its start-up was over says nothing about what comes after one, however many of its kind
// there are: each birth is as doubtful as its own process is young.
f64 still_starting(const std::vector<std::vector<Birth>>& births, const std::vector<f64>& windows_s, f64 onset_s) {
  const auto doubt_at = [&](f64 window_s) { return std::exp(-std::max(0.0, window_s - onset_s) / kStartUp_s); };
  if (windows_s.size() == 1) return doubt_at(windows_s.front());
  f64 sum = 0, all = 0;
  for (size_t i = 0; i < births.size(); ++i) {
    for (const Birth& birth : births[i]) {
      if (birth.at_s > windows_s[i]) break;  // oldest first
      if (birth.at_s < onset_s) continue;
      sum += birth.event * doubt_at(windows_s[i]);
      all += birth.event;
    }
  }
  return all > 0 ? sum / all : 1;
}

std::vector<Shape> shapes_of_each(std::span<const Subject> subjects, const std::vector<std::vector<Birth>>& births,
                                  const std::vector<f64>& windows_s) {
  std::vector<Shape> shapes;
  std::vector<TimedEvent> events;
  for (size_t i = 0; i < subjects.size(); ++i) {
    events.clear();
    for (const Birth& birth : births[i]) {
      if (birth.at_s <= windows_s[i]) events.push_back({birth.at_s / windows_s[i], birth.event});
    }
    // A process without births says nothing about when they come.
    if (!events.empty()) shapes.push_back(shape_of(events, load_histories(subjects[i], windows_s[i])));
  }
  return shapes;
}

u64 widest_interval(std::span<const Subject> subjects) {
  u64 widest = 0;
  for (const Subject& subject : subjects) {
    widest = std::max(widest, subject.process->profiles[subject.live->profile].interval);
  }
  return widest;
}

// One process, in which each birth is an event of its own however wide the interval was that has chosen it; where it
// was wide fewer were seen, which the histories are told.
Shape shape_of_one(const Subject& subject, std::vector<CountedBirth>& births, f64 window_s) {
  SeenByKind seen;
  std::vector<TimedEvent> events;
  const Thinning::Range range = subject.thinning != nullptr ? subject.thinning->range(window_s) : Thinning::Range{1, 1};
  if (!range.even()) {
    for (const f64 kind : kKinds) seen.push_back(subject.thinning->chosen(window_s, kind * range.narrowest));
    for (CountedBirth& birth : births) birth.event /= birth.interval;
  }
  for (const CountedBirth& birth : births) {
    events.push_back({birth.at, birth.event, kind_of(birth.size, range.narrowest)});
  }
  return shape_of(events, load_histories(subject, window_s), seen);
}

void find_onset(GrowthCase& result, const std::vector<CountedBirth>& births, const Exposure& clock) {
  std::vector<f64> at;
  for (const CountedBirth& birth : births) at.push_back(birth.at);
  const Estimate change = change_point_of(at, std::min(1.0, result.shape.events / static_cast<f64>(at.size())));
  result.onset_range_s = {clock.uptime_s(change.value), clock.uptime_s(change.low), clock.uptime_s(change.high)};
}

}  // namespace

Rare<GrowthCase> growth_case_of(std::span<const Subject> subjects) {
  std::vector<std::vector<Birth>> births;
  for (const Subject& subject : subjects) births.push_back(births_of(subject));
  GrowthCase result;
  const Deaths deaths = all_deaths(subjects);
  result.old = old_age_in(subjects, deaths, births);
  if (!result.old.exists) return {};
  std::vector<f64> windows_s;
  for (const Subject& subject : subjects) windows_s.push_back(subject.now_s() - result.old.age_s);
  if (*std::max_element(windows_s.begin(), windows_s.end()) <= 0) return result;

  const Exposure clock(windows_s);
  result.window_s = clock.longest_s();
  result.watched_s = clock.total_s();
  std::vector<CountedBirth> counted = counted_births(births, windows_s, clock);
  if (subjects.size() == 1) {
    result.shape = shape_of_one(subjects.front(), counted, windows_s.front());
  } else {
    std::vector<TimedEvent> events;
    for (const CountedBirth& birth : counted) events.push_back({birth.at, birth.event});
    result.shape = shape_of(events, common_load_of(subjects, windows_s, clock));
    add_to_each_its_own(result.shape, shapes_of_each(subjects, births, windows_s));
  }
  result.onset_s = clock.uptime_s(result.shape.onset);
  if (result.shape.onset > kLateOnset) find_onset(result, counted, clock);

  f64 all = 0, late = 0;
  for (const CountedBirth& birth : counted) {
    all += birth.event;
    if (birth.at > 1.0 / 3) late += birth.event;
  }
  SampledSum added;
  for (const CountedBirth& birth : counted) {
    if (birth.at >= result.shape.onset) added.add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
  }
  result.growing_s = result.watched_s * (1 - result.shape.onset);
  const u64 interval = widest_interval(subjects);
  result.samples = added.samples;
  result.bytes_per_s = scaled(estimate_of(added, interval <= 1 ? 0 : static_cast<f64>(interval)), 1 / result.growing_s);

  if (all > 0) result.by_chance = normal_upper_tail(std::sqrt(result.shape.events * late / all));
  const f64 samples = static_cast<f64>(result.old.samples);
  result.blocks_die = chance_of_so_few_deaths(samples, samples * result.old.died / result.old.survivors);
  result.still_starting = still_starting(births, windows_s, result.onset_s);
  if (subjects.size() > 1) result.once_each = once_each(births, windows_s);
  result.oldest_died = oldest_have_died(counted, result.shape.events, deaths, result.window_s);
  result.level_disagrees = levels_disagree(subjects, result.bytes_per_s.value);
  return result;
}

Estimate change_of_level(const Level& before, const Level& after) {
  const f64 born = std::max(0.0f, after.allocated.bytes_variance - before.allocated.bytes_variance);
  const f64 died = std::max(0.0f, after.freed.bytes_variance - before.freed.bytes_variance);
  const f64 variance = std::min(born, after.bytes_variance) + std::min(died, before.bytes_variance);
  return difference_of(after.bytes - before.bytes, variance);
}

Estimate net_growth_of(const std::vector<Level>& levels) {
  const Level& last = levels.back();
  Level first;  // the start of the process, when nothing was alive
  for (const Level& level : levels) {
    if (level.at_s <= last.at_s / 3) first = level;
  }
  const f64 time_s = last.at_s - first.at_s;
  if (time_s <= 0) return {};
  return scaled(change_of_level(first, last), 1 / time_s);
}

}  // namespace lw
