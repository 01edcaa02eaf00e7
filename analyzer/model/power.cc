// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/power.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/assess.h"

namespace lw {

Power power_of(const Process& process) {
  const f64 watched_s = process.duration_s();
  const f64 needed_s = kStartUp_s * std::log(1 / (1 - kLeastConfidence));
  Power power;
  power.wait_s = std::max(0.0, needed_s - watched_s);
  if (watched_s <= needed_s) return power;
  u64 widest = 1;
  for (const Profile& profile : process.profiles) widest = std::max(widest, profile.interval);
  power.blocks_per_s = kVisibleSamples / watched_s;
  power.bytes_per_s = power.blocks_per_s * static_cast<f64>(widest);
  return power;
}

}  // namespace lw
