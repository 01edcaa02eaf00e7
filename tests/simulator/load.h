// SPDX-License-Identifier: Apache-2.0
// How much work a simulated service has to do over its life. Times are shares of the life: 0 is its start, 1 now.
#pragma once

#include <random>
#include <vector>

#include "snapshot/layout.h"

namespace lw::simulator {

enum class LoadKind { kConstant, kNoisy, kRamp, kStep, kDaily };

class Load {
 public:
  // `days`: periods of a daily load within the life; other kinds ignore it.
  Load(LoadKind kind, f64 days, std::mt19937_64& random);

  f64 rate(f64 at) const;     // relative to the mean over the life
  f64 done(f64 at) const;     // share of all work that is done by then
  f64 when(f64 share) const;  // inverse of done()
  f64 most(f64 at) const;     // highest rate up to then, smoothed over the noise
  LoadKind kind() const { return kind_; }

 private:
  static constexpr size_t kCells = 400;
  static size_t cell(f64 at);

  LoadKind kind_;
  std::vector<f64> smooth_, rate_, done_;  // done_[i]: before cell i
};

}  // namespace lw::simulator
