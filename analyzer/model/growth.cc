// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/growth.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

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

// The level at the later profiles rises less than half as fast as the survivors claim, and surely so.
bool level_disagrees(const std::vector<Level>& levels, f64 claimed_per_s) {
  constexpr size_t kLeastPoints = 5;
  std::vector<TrendPoint> points;
  for (const Level& level : levels) {
    if (level.at_s >= levels.back().at_s / 3) points.push_back({level.at_s, level.bytes});
  }
  return points.size() >= kLeastPoints && theil_sen_slope(points).high < claimed_per_s / 2;
}

}  // namespace

GrowthCase growth_case_of(const Subject& subject) {
  const std::vector<Birth> births = births_of(subject);
  const f64 now_s = subject.now_s();
  GrowthCase result;
  result.old = old_age_of(deaths_of(subject), births, now_s);
  result.window_s = now_s - result.old.age_s;
  if (!result.old.exists || result.window_s <= 0) return result;

  std::vector<TimedEvent> events;
  f64 all = 0, late = 0;
  for (const Birth& birth : births) {
    if (birth.at_s > result.window_s) break;
    events.push_back({birth.at_s / result.window_s, birth.event});
    all += birth.event;
    if (birth.at_s > result.window_s / 3) late += birth.event;
  }
  result.shape = shape_of(events);
  result.onset_s = result.shape.onset * result.window_s;

  SampledSum added;
  for (size_t i = 0; i < events.size(); ++i) {
    const Birth& birth = births[i];
    if (birth.at_s >= result.onset_s) added.add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
  }
  const f64 growing_s = result.window_s - result.onset_s;
  const f64 interval = static_cast<f64>(subject.process->profiles[subject.live->profile].interval);
  result.samples = added.samples;
  result.bytes_per_s = scaled(estimate_of(added, interval <= 1 ? 0 : interval), 1 / growing_s);

  if (all > 0) result.by_chance = normal_upper_tail(std::sqrt(result.shape.events * late / all));
  const f64 samples = static_cast<f64>(result.old.samples);
  result.blocks_die = chance_of_so_few_deaths(samples, samples * result.old.died / result.old.survivors);
  result.still_starting = std::exp(-growing_s / kStartUp_s);
  result.level_disagrees = level_disagrees(levels_of(subject), result.bytes_per_s.value);
  return result;
}

Estimate net_growth_of(const std::vector<Level>& levels) {
  const Level& last = levels.back();
  Level first;  // the start of the process, when nothing was alive
  for (const Level& level : levels) {
    if (level.at_s <= last.at_s / 3) first = level;
  }
  const f64 time_s = last.at_s - first.at_s;
  if (time_s <= 0) return {};
  const f64 born = std::max(0.0f, last.allocated.bytes_variance - first.allocated.bytes_variance);
  const f64 died = std::max(0.0f, last.freed.bytes_variance - first.freed.bytes_variance);
  const f64 variance = std::min(born, last.bytes_variance) + std::min(died, first.bytes_variance);
  return scaled(difference_of(last.bytes - first.bytes, variance), 1 / time_s);
}

}  // namespace lw
