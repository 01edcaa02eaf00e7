// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/selftest.h"

#include <algorithm>
#include <cmath>

namespace lw {
namespace {

// Half-widths of a normal interval of 99.9 % and of 95 %.
constexpr f64 kStretch = 3.2905 / 1.96;

// So many samples must be expected of the leak, at the widest interval there was: with fewer their own spread says
// little.
constexpr u64 kLeastSamples = 20;

// An image that never took a sample has not been told since when it is watched.
const Truth* truth_of(const Process& process, const std::vector<Truth>& truths) {
  for (const u64 start_unix_ns : {process.start_unix_ns, u64{0}}) {
    for (const Truth& truth : truths) {
      if (truth.pid == process.pid && truth.start_unix_ns == start_unix_ns && truth.blocks != 0) return &truth;
    }
  }
  return nullptr;
}

u64 widest_interval(const Process& process) {
  u64 widest = 1;
  for (const Profile& profile : process.profiles) widest = std::max(widest, profile.interval);
  return widest;
}

std::vector<u32> leaking_series(const CodeTable& code, const Process& process) {
  std::vector<u32> series;
  for (u32 number = 0; number < process.series.size(); ++number) {
    if (is_selftest_stack(code, process.series[number].stack)) series.push_back(number);
  }
  return series;
}

}  // namespace

bool is_selftest_stack(const CodeTable& code, StackNumber stack) {
  const auto frames = code[stack].frames;
  if (frames.empty() || code[frames.front()].module == kNoModule) return false;
  const std::string& path = code[code[frames.front()].module].path;
  return path.substr(path.rfind('/') + 1) == kSelftestLibrary;
}

Place place_of(f64 truth, const Estimate& estimate) {
  if (truth >= estimate.low && truth <= estimate.high) return Place::kInside;
  const f64 low = estimate.value - (estimate.value - estimate.low) * kStretch;
  const f64 high = estimate.value + (estimate.high - estimate.value) * kStretch;
  return truth >= low && truth <= high ? Place::kNearby : Place::kOutside;
}

std::vector<SelftestResult> compare_with_truth(const Observation& observation, const std::vector<Truth>& truths) {
  std::vector<SelftestResult> results;
  for (u32 number = 0; number < observation.processes.size(); ++number) {
    const Process& process = observation.processes[number];
    const Truth* truth = truth_of(process, truths);
    if (truth == nullptr || (process.flags & kProcessForked) != 0) continue;
    SelftestResult result{&process, *truth};
    result.enough = truth->bytes >= kLeastSamples * widest_interval(process);
    const std::vector<u32> series = leaking_series(observation.code, process);
    if (!series.empty()) {
      result.estimated = assess(observation, {{number, series}}).front();
      result.bytes = place_of(static_cast<f64>(truth->bytes), result.estimated.live_bytes);
      result.blocks = place_of(static_cast<f64>(truth->blocks), result.estimated.live_count);
    }
    results.push_back(result);
  }
  return results;
}

}  // namespace lw
