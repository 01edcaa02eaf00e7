// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/stretches.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace lw {

namespace {

// Each stretch's value from its neighbours within reach, fewer at the ends.
Stretches smoothed(const Stretches& from, size_t reach, auto middle_of) {
  Stretches to{};
  for (size_t i = 0; i < kStretches; ++i) {
    const size_t begin = i - std::min(i, reach), end = std::min(kStretches, i + reach + 1);
    std::vector<f64> near(from.begin() + static_cast<std::ptrdiff_t>(begin),
                          from.begin() + static_cast<std::ptrdiff_t>(end));
    to[i] = middle_of(near);
  }
  return to;
}

f64 median_of(std::vector<f64>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

f64 mean_of(const std::vector<f64>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<f64>(values.size());
}

}  // namespace

Stretches high_water_of(const Stretches& work) {
  // A spike is no load: first the medians of seven, then the means of nine.
  Stretches high = smoothed(smoothed(work, 3, median_of), 4, mean_of);
  for (size_t i = 1; i < kStretches; ++i) high[i] = std::max(high[i], high[i - 1]);
  return high;
}

Stretches rise_of(const Stretches& work) {
  struct Block {
    f64 sum;
    size_t stretches;
    f64 mean() const { return sum / static_cast<f64>(stretches); }
  };
  std::vector<Block> blocks;
  for (const f64 w : work) {
    blocks.push_back({w, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().stretches += last.stretches;
    }
  }
  Stretches rise{};
  auto next = rise.begin();
  for (const Block& block : blocks) next = std::fill_n(next, block.stretches, block.mean());
  return rise;
}

}  // namespace lw
