// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/sparkline.h"

#include <algorithm>
#include <cmath>

namespace lw {
namespace {

constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kAscii[] = {"_", ".", "-", "=", "+", "*", "#", "@"};
constexpr size_t kHeights = 8;

f64 value_at(std::span<const TrendPoint> points, f64 at_s) {
  const auto after = std::find_if(points.begin(), points.end(), [&](const TrendPoint& p) { return p.at_s >= at_s; });
  if (after == points.end()) return points.back().value;
  if (after == points.begin() || after->at_s == at_s) return after->value;
  const TrendPoint& before = *(after - 1);
  return before.value + (after->value - before.value) * (at_s - before.at_s) / (after->at_s - before.at_s);
}

}  // namespace

std::string sparkline(std::span<const TrendPoint> points, size_t width, const Terminal& terminal) {
  if (points.empty() || width == 0) return "";
  f64 highest = 0;
  for (const TrendPoint& point : points) highest = std::max(highest, point.value);
  const f64 begin = points.front().at_s, time_s = points.back().at_s - begin;
  std::string line;
  for (size_t i = 0; i < width; ++i) {
    const f64 share = width == 1 ? 1 : static_cast<f64>(i) / static_cast<f64>(width - 1);
    const f64 value = std::max(0.0, value_at(points, begin + share * time_s));
    const size_t height =
        highest <= 0 ? 0 : std::min(kHeights - 1, static_cast<size_t>(std::floor(value / highest * kHeights)));
    line += (terminal.unicode ? kBlocks : kAscii)[height];
  }
  return line;
}

}  // namespace lw
