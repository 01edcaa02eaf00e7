// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/fragmentation.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/climb.h"
#include "analyzer/model/ledger.h"

namespace lw {
namespace {

// What is handed out may rise by this share of what stays free, and the free memory is still what grows.
constexpr f64 kNotTheCause = 0.25;
// The process itself must grow by at least this share of it: an allocator also counts memory it has returned.
constexpr f64 kSeenBySystem = 0.5;
constexpr f64 kMostCertain = 0.99;
// Levels differ by this share of what is free and are the same all the same.
constexpr f64 kSameLevel = 0.1;

f64 rss_of(const MemoryPoint& point) { return static_cast<f64>(point.rss_bytes); }
f64 in_use_of(const MemoryPoint& point) {
  return point.allocator_resident > 0 ? static_cast<f64>(point.allocator_in_use) : -1;
}

// Free memory as far as it is resident: what the allocator holds is no more than what the process has beside the
// blocks handed out. Where those were never written to this says too little.
f64 free_of(const MemoryPoint& point) {
  if (point.allocator_resident == 0) return -1;
  const f64 beside =
      anonymous_of(point) - static_cast<f64>(point.allocator_in_use + point.stack_bytes + point.mapped_bytes);
  return std::clamp(beside, 0.0, static_cast<f64>(point.allocator_free));
}

f64 certainty_after(f64 window_s) { return kMostCertain * (1 - std::exp(-window_s / kLongUnused_s * 2)); }

// The newest point may be from the moment after everything was torn down: levels are those that the second half of the
// time never left.
FragmentationCase figures_of(const std::vector<MemoryPoint>& points) {
  FragmentationCase figures;
  figures.free_bytes = free_of(points.back());
  figures.threads = points.back().threads;
  for (const MemoryPoint& point : points) {
    figures.most_in_use_bytes = std::max(figures.most_in_use_bytes, in_use_of(point));
    if (point.time_ns < points.back().time_ns / 2) continue;
    figures.free_bytes = std::min(figures.free_bytes, free_of(point));
    figures.in_use_bytes = std::max(figures.in_use_bytes, in_use_of(point));
    figures.releasable_bytes = static_cast<f64>(point.allocator_releasable);
  }
  return figures;
}

bool rises(const std::vector<MemoryPoint>& points, FragmentationCase& figures) {
  const std::vector<TrendPoint> free = later_curve(points, free_of);
  const Climb climb = climb_of(free);
  const f64 least = std::max(kLeastFragmentedBytes, kLeastFragmentedShare * rss_of(points.back()));
  figures.window_s = free.back().at_s - free.front().at_s;
  if (!climb.steady || climb.rise() < least || figures.window_s < kLongUnused_s) return false;
  if (climb_of(later_curve(points, in_use_of)).rise() > kNotTheCause * climb.rise()) return false;
  if (climb_of(later_curve(points, rss_of)).rise() < kSeenBySystem * climb.rise()) return false;
  figures.bytes_per_s = theil_sen_slope(free);
  figures.free_bytes = climb.to;
  return true;
}

// Since when no less has been free than in all of the second half of the time, nor more in use.
f64 since_s(const std::vector<MemoryPoint>& points, const FragmentationCase& figures) {
  u64 since_ns = points.back().time_ns;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    const f64 slack = kSameLevel * figures.free_bytes;
    if (free_of(*point) < figures.free_bytes - slack || in_use_of(*point) > figures.in_use_bytes + slack) break;
    since_ns = point->time_ns;
  }
  return static_cast<f64>(since_ns) * 1e-9;
}

// More than half of what the allocator holds has not been needed for the second half of the time at least.
bool stays(const std::vector<MemoryPoint>& points, FragmentationCase& figures) {
  figures.window_s = static_cast<f64>(points.back().time_ns) * 1e-9 - since_s(points, figures);
  const f64 least =
      std::max({kLeastFragmentedBytes, kLeastFragmentedShare * rss_of(points.back()), figures.in_use_bytes});
  return figures.window_s >= kLongUnused_s && figures.free_bytes >= least;
}

}  // namespace

std::vector<Assessment> fragmentation_of(const Observation& observation, u32 number) {
  std::vector<MemoryPoint> points;
  for (const MemoryPoint& point : observation.processes[number].memory) {
    if (point.allocator_resident > 0) points.push_back(point);
  }
  if (points.size() < 4 * kLeastPointsInQuarter) return {};
  FragmentationCase figures = figures_of(points);
  figures.rising = rises(points, figures);
  if (!figures.rising && !stays(points, figures)) return {};

  Assessment finding;
  finding.process = number;
  finding.stack = kWholeProcess;
  finding.verdict = Verdict::kFragmentation;
  finding.confidence = certainty_after(figures.window_s);
  finding.bytes_per_s = figures.bytes_per_s;
  finding.fragmentation = figures;
  return {finding};
}

}  // namespace lw
