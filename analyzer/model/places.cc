// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/places.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/base/file_name.h"
#include "analyzer/model/distributions.h"
#include "analyzer/model/trend.h"

namespace lw {
namespace {

f64 variance_of(const Estimate& estimate) {
  const f64 error = (estimate.high - estimate.low) / (2 * kTwoSided95);
  return error * error;
}

Measured with_scatter(f64 value, f64 variance, u64 samples) {
  const f64 by_chance = 1 / static_cast<f64>(std::max<u64>(1, samples));
  return {value, variance + value * value * (by_chance + kRunScatter * kRunScatter)};
}

// The snapshot at the age that differs least from the wanted one, as a ratio.
size_t nearest_profile(const std::vector<Level>& levels, f64 age_s) {
  size_t nearest = 0;
  const auto distance = [&](const Level& level) { return std::fabs(std::log(std::max(level.at_s, 1e-3) / age_s)); };
  for (size_t i = 1; i < levels.size(); ++i) {
    if (distance(levels[i]) < distance(levels[nearest])) nearest = i;
  }
  return nearest;
}

// How far the level strays from its own line, over the second half of its history up to `last`: a batch, a sawtooth.
f64 variance_in_time(const std::vector<Level>& levels, size_t last) {
  constexpr size_t kLeastPoints = 4;
  std::vector<TrendPoint> points;
  for (size_t i = 0; i <= last; ++i) {
    if (levels[i].at_s >= levels[last].at_s / 2) points.push_back({levels[i].at_s, levels[i].bytes});
  }
  if (points.size() < kLeastPoints) return 0;
  const f64 slope = theil_sen_slope(points).value;
  f64 sum = 0, squares = 0;
  for (const TrendPoint& point : points) {
    const f64 rest = point.value - slope * (point.at_s - points.front().at_s);
    sum += rest;
    squares += rest * rest;
  }
  const f64 count = static_cast<f64>(points.size());
  return std::max(0.0, (squares - sum * sum / count) / (count - 2));
}

Measured level_of(const Process& process, const Assessment& site, f64 age_s) {
  const LiveSet& judged = site.freed_at_exit ? *process.before_exit : process.live;
  const std::vector<Level> levels = levels_of({&process, &judged, site.series});
  const size_t at = age_s > 0 ? nearest_profile(levels, age_s) : levels.size() - 1;
  const f64 in_time = variance_in_time(levels, at);
  if (at + 1 == levels.size()) {
    return with_scatter(site.live_bytes.value, variance_of(site.live_bytes) + in_time, site.samples);
  }
  const u64 samples = levels[at].allocated.samples - std::min(levels[at].allocated.samples, levels[at].freed.samples);
  return with_scatter(std::max(0.0, levels[at].bytes), levels[at].bytes_variance + in_time, samples);
}

std::array<Measured, kQuantities> quantities_of(const Process& process, const Assessment& site, f64 age_s) {
  const f64 watched_s = std::max(process.duration_s(), 1e-3);
  const u64 growth_samples = site.verdict == Verdict::kGrowing ? site.growth->samples : site.samples;
  const f64 rate = site.allocated.bytes / watched_s;
  return {with_scatter(site.bytes_per_s.value, variance_of(site.bytes_per_s), growth_samples),
          level_of(process, site, age_s),
          with_scatter(rate, site.allocated.bytes_variance / (watched_s * watched_s), site.allocated.samples)};
}

// What grows speaks for its function; without growth, what holds the most.
bool tells_more(const Assessment* a, const Assessment* b) {
  const bool a_grows = a->verdict == Verdict::kGrowing, b_grows = b->verdict == Verdict::kGrowing;
  if (a_grows != b_grows) return a_grows;
  if (a_grows && a->bytes_per_s.value != b->bytes_per_s.value) return a->bytes_per_s.value > b->bytes_per_s.value;
  if (a->live_bytes.value != b->live_bytes.value) return a->live_bytes.value > b->live_bytes.value;
  return a->allocated.bytes > b->allocated.bytes;
}

f64 calls_per_s(const Process& process) {
  if (process.memory.empty() || process.memory.back().time_ns == 0) return 0;
  const MemoryPoint& last = process.memory.back();
  return static_cast<f64>(last.allocations) / (static_cast<f64>(last.time_ns) * 1e-9);
}

}  // namespace

f64 work_per_s(const Process& process) {
  if (!process.counts_work) return 0;
  const WorkPoint &first = process.work.front(), &last = process.work.back();
  return last.at_s > first.at_s ? (last.done - first.done) / (last.at_s - first.at_s) : 0;
}

PlaceKey place_key_of(const NamedStack& stack, const Process& process) {
  const NamedFrame& frame = stack.site();
  std::string module = frame.module;
  if (module == file_name(process.executable) || module == process.name) module.clear();
  const size_t version = module.find(".so.");
  if (version != std::string::npos) module.resize(version + 3);
  return {std::move(module), without_parameters(frame.function)};
}

MeasuredProcess measured(const Observation& observation, const ProcessReport& report, const Names& names, f64 age_s) {
  MeasuredProcess result;
  const Process& process = *report.process;
  result.process = static_cast<u32>(report.process - observation.processes.data());
  result.age_s = age_s > 0 ? std::min(age_s, process.duration_s()) : process.duration_s();
  result.calls_per_s = calls_per_s(process);
  result.work_per_s = work_per_s(process);

  std::map<PlaceKey, std::vector<const Assessment*>> members;
  for (const Assessment& site : report.sites) members[place_key_of(names[site.stack], process)].push_back(&site);
  std::map<PlaceKey, std::vector<Verdict>> found;
  for (const Assessment& finding : report.findings) {
    found[place_key_of(names[finding.stack], process)].push_back(finding.verdict);
  }
  std::vector<Member> subjects;
  for (auto& [key, sites] : members) {
    std::stable_sort(sites.begin(), sites.end(), tells_more);
    std::vector<u32>& series = subjects.emplace_back(Member{result.process, {}}).series;
    for (const Assessment* site : sites) series.insert(series.end(), site->series.begin(), site->series.end());
  }
  std::vector<Assessment> together = assess(observation, subjects);
  size_t number = 0;
  for (const auto& [key, sites] : members) {
    Assessment& site = together[number++];
    MeasuredPlace place{key, call_path_of(names[sites.front()->stack]), {}, found[key], {}};
    place.measured = quantities_of(process, site, age_s);
    place.site = std::move(site);
    result.places.push_back(std::move(place));
  }
  return result;
}

}  // namespace lw
