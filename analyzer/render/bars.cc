// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/bars.h"

#include <algorithm>
#include <cmath>

namespace lw {

std::string bar(f64 value, f64 most, size_t width) {
  if (value <= 0 || most <= 0) return "";
  const auto halves = static_cast<size_t>(std::lround(std::min(1.0, value / most) * 2 * static_cast<f64>(width)));
  std::string text;
  for (size_t i = 0; i < halves / 2; ++i) text += "█";
  if (halves % 2 == 1 || halves == 0) text += "▌";
  return text;
}

}  // namespace lw
