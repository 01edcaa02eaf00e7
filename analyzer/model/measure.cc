// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/measure.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw {
namespace {

SampledSum sum_of(f64 value, f64 variance, u64 samples) {
  return {.value = value, .variance = variance, .samples = samples};
}

template <class Add>
SampledSum over_live_blocks(const Process& process, const Assessment& site, Add add) {
  const Subject subject{&process, &judged_live_set(process, site), site.series};
  SampledSum sum;
  for (const Birth& birth : births_of(subject)) add(sum, birth);
  return sum;
}

SampledSum live_bytes(const Process& process, const Assessment& site) {
  return over_live_blocks(process, site, [](SampledSum& sum, const Birth& birth) {
    sum.add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
  });
}

SampledSum live_count(const Process& process, const Assessment& site) {
  return over_live_blocks(process, site, [](SampledSum& sum, const Birth& birth) {
    sum.add(birth.weight.count, birth.weight.count_variance, 1);
  });
}

SampledSum allocated_bytes(const Process&, const Assessment& site) {
  return sum_of(site.allocated.bytes, site.allocated.bytes_variance, site.allocated.samples);
}

SampledSum allocated_count(const Process&, const Assessment& site) {
  return sum_of(site.allocated.count, site.allocated.count_variance, site.allocated.samples);
}

// The verdict's own growth, so that every view says the same number. Its limits are those of a normal distribution,
// or close to it from the ten samples on that a verdict needs.
SampledSum growth(const Process&, const Assessment& site) {
  const f64 deviation = (site.bytes_per_s.high - site.bytes_per_s.low) / 2 / kTwoSided95;
  return sum_of(site.bytes_per_s.value, deviation * deviation, site.samples);
}

SampledSum churn(const Process& process, const Assessment& site) {
  const f64 watched_s = process.duration_s();
  if (watched_s <= 0) return {};
  return sum_of(site.freed.bytes / watched_s, site.freed.bytes_variance / watched_s / watched_s, site.freed.samples);
}

SampledSum lifetime(const Process&, const Assessment& site) { return sum_of(site.died_by_s, 0, site.freed.samples); }

SampledSum byte_hours(const Process& process, const Assessment& site) {
  const Subject subject{&process, &judged_live_set(process, site), site.series};
  SampledSum area = area_under(levels_of(subject));
  area.value /= 3600;
  area.variance /= 3600.0 * 3600.0;
  area.samples = site.allocated.samples;
  return area;
}

constexpr Measure kMeasures[] = {
    {"live_bytes", "bytes alive", Unit::kBytes, true, true, false, live_bytes},
    {"live_count", "blocks alive", Unit::kBlocks, true, true, false, live_count},
    {"alloc_bytes", "bytes allocated", Unit::kBytes, true, false, false, allocated_bytes},
    {"alloc_count", "blocks allocated", Unit::kBlocks, true, false, false, allocated_count},
    {"growth", "growth", Unit::kBytesPerSecond, true, false, true, growth},
    {"churn", "bytes freed a second", Unit::kBytesPerSecond, true, false, false, churn},
    {"lifetime", "age that 97 % of the freed blocks do not reach", Unit::kSeconds, false, false, false, lifetime},
    {"byte_hours", "bytes times the hours they were held", Unit::kByteHours, true, false, false, byte_hours},
};

}  // namespace

std::span<const Measure> all_measures() { return kMeasures; }

const Measure& measure_by(std::string_view word) {
  for (const Measure& measure : kMeasures) {
    if (measure.word == word) return measure;
  }
  return kMeasures[0];
}

Estimate estimate_of(const Measure& measure, const SampledSum& amount, f64 unseen) {
  if (!measure.adds_up) return {amount.value, amount.value, amount.value};
  if (measure.may_be_below) return difference_of(amount.value, amount.variance);
  return estimate_of(amount, measure.unit == Unit::kBytes ? unseen : 0);
}

SampledSum& operator+=(SampledSum& sum, const SampledSum& more) {
  sum.smallest = sum.samples == 0                         ? more.smallest
                 : more.samples == 0 || sum.smallest == 0 ? sum.smallest
                                                          : std::min(sum.smallest, more.smallest);
  sum.value += more.value;
  sum.variance += more.variance;
  sum.seen += more.seen;
  sum.samples += more.samples;
  return sum;
}

const LiveSet& judged_live_set(const Process& process, const Assessment& site) {
  return site.freed_at_exit && process.before_exit ? *process.before_exit : process.live;
}

SampledSum area_under(const std::vector<Level>& levels) {
  SampledSum area;
  f64 deviation_area = 0;
  Level before;
  for (const Level& level : levels) {
    const f64 half_s = (level.at_s - before.at_s) / 2;
    area.value += half_s * std::max(0.0, before.bytes + level.bytes);
    deviation_area += half_s * (std::sqrt(before.bytes_variance) + std::sqrt(level.bytes_variance));
    before = level;
  }
  area.variance = deviation_area * deviation_area;
  return area;
}

}  // namespace lw
