// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/load.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace lw::simulator {

Load::Load(LoadKind kind, f64 days, std::mt19937_64& random) : kind_(kind), smooth_(kCells), rate_(kCells) {
  const auto uniform = [&](f64 low, f64 high) { return std::uniform_real_distribution<f64>(low, high)(random); };
  const f64 base = uniform(0.1, 0.6), begin = uniform(0, 0.4), end = uniform(begin + 0.2, 1.0), phase = uniform(0, 1);
  const f64 noise = kind == LoadKind::kConstant ? 0.02 : uniform(0.05, 0.4);
  for (size_t i = 0; i < kCells; ++i) {
    const f64 at = (static_cast<f64>(i) + 0.5) / kCells;
    f64 rate = 1;
    if (kind == LoadKind::kRamp) rate = base + (1 - base) * std::clamp((at - begin) / (end - begin), 0.0, 1.0);
    if (kind == LoadKind::kStep) rate = at < begin + 0.2 ? base : 1;
    if (kind == LoadKind::kDaily) rate = 1 + 0.8 * std::sin(2 * std::numbers::pi * (days * at + phase));
    smooth_[i] = rate;
    rate_[i] = rate * std::gamma_distribution<f64>(1 / (noise * noise), noise * noise)(random);
  }
  const f64 mean = std::accumulate(rate_.begin(), rate_.end(), 0.0) / kCells;
  for (f64& rate : rate_) rate /= mean;
  for (f64& rate : smooth_) rate /= mean;
  done_.push_back(0);
  for (const f64 rate : rate_) done_.push_back(done_.back() + rate / kCells);
}

size_t Load::cell(f64 at) { return static_cast<size_t>(std::clamp(at, 0.0, 0.999999) * kCells); }

f64 Load::rate(f64 at) const { return rate_[cell(at)]; }

f64 Load::done(f64 at) const {
  const size_t i = cell(at);
  return done_[i] + (std::clamp(at, 0.0, 1.0) * kCells - static_cast<f64>(i)) * (done_[i + 1] - done_[i]);
}

f64 Load::when(f64 share) const {
  const auto after = std::upper_bound(done_.begin() + 1, done_.end() - 1, share);
  const size_t i = static_cast<size_t>(after - done_.begin()) - 1;
  return (static_cast<f64>(i) + (share - done_[i]) / (done_[i + 1] - done_[i])) / kCells;
}

f64 Load::most(f64 at) const {
  return *std::max_element(smooth_.begin(), smooth_.begin() + static_cast<std::ptrdiff_t>(cell(at)) + 1);
}

}  // namespace lw::simulator
