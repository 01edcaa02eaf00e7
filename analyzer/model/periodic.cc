// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/periodic.h"

#include <algorithm>
#include <cmath>

namespace lw {

bool is_periodic(const std::vector<Level>& levels) {
  constexpr int kLeastSwings = 4;
  f64 highest = 0, error = 0;
  for (const Level& level : levels) {
    highest = std::max(highest, level.bytes);
    error = std::max(error, std::sqrt(level.bytes_variance));
  }
  const f64 swing = std::max(highest / 2, 3 * error);
  int swings = 0;
  bool rising = true;
  f64 turn = 0;  // the furthest the level has gone in the present direction
  for (const Level& level : levels) {
    const bool further = rising ? level.bytes >= turn : level.bytes <= turn;
    if (further) {
      turn = level.bytes;
    } else if (std::fabs(level.bytes - turn) > swing) {
      ++swings;
      rising = !rising;
      turn = level.bytes;
    }
  }
  return swings + 1 >= kLeastSwings;
}

}  // namespace lw
