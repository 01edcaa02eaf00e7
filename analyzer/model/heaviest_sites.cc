// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/heaviest_sites.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lw {
namespace {

constexpr size_t kAspects = 4;
using Aspects = std::array<f64, kAspects>;  // alive, peak, growth, allocated

f64 peak_of(const Process& process, const Assessment& site) {
  f64 peak = 0;
  for (const u32 number : site.series) {
    f64 highest = 0;
    for (const SeriesPoint& point : process.series[number].points) {
      highest = std::max(highest, point.allocated.bytes - point.freed.bytes);
    }
    peak += highest;
  }
  return peak;
}

Aspects aspects_of(const Process& process, const Assessment& site) {
  return {site.live_bytes.value, peak_of(process, site), std::fabs(site.bytes_per_s.value), site.allocated.bytes};
}

std::vector<f64> weights_of(const ProcessReport& report) {
  std::vector<Aspects> aspects;
  Aspects sums{};
  for (const Assessment& site : report.sites) {
    aspects.push_back(aspects_of(*report.process, site));
    for (size_t i = 0; i < kAspects; ++i) sums[i] += aspects.back()[i];
  }
  std::vector<f64> weights;
  for (size_t number = 0; number < aspects.size(); ++number) {
    f64 weight = words_of(report.sites[number].verdict).leak ? 1 : 0;
    f64 largest = 0;
    for (size_t i = 0; i < kAspects; ++i) {
      if (sums[i] > 0) largest = std::max(largest, aspects[number][i] / sums[i]);
    }
    weights.push_back(weight + largest);
  }
  return weights;
}

}  // namespace

std::vector<u32> heaviest_sites(const ProcessReport& report, size_t most) {
  const std::vector<f64> weights = weights_of(report);
  std::vector<u32> order(weights.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](u32 a, u32 b) { return weights[a] > weights[b]; });
  order.resize(std::min(most, order.size()));
  return order;
}

std::vector<u32> telling_profiles(const Process& process, size_t most) {
  const std::vector<Profile>& profiles = process.profiles;
  std::vector<u32> numbers(profiles.size());
  std::iota(numbers.begin(), numbers.end(), 0u);
  if (profiles.size() <= most) return numbers;
  const f64 from_s = profiles.front().taken_s, step_s = (profiles.back().taken_s - from_s) / static_cast<f64>(most - 1);
  const u32 before_exit = process.before_exit ? process.before_exit->profile : 0;
  f64 due_s = from_s;
  // One for each step of time, so that never more than `most` and the one before the exit are left.
  std::erase_if(numbers, [&](u32 number) {
    const f64 at_s = profiles[number].taken_s;
    const bool kept = at_s >= due_s || number == before_exit || number + 1 == profiles.size();
    if (at_s >= due_s) due_s = from_s + step_s * (std::floor((at_s - from_s) / step_s) + 1);
    return !kept;
  });
  return numbers;
}

}  // namespace lw
