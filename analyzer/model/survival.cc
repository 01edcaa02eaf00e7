// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/survival.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw {
namespace {

u32 bin_of(f64 age_s) {
  u32 bin = 0;
  while (bin + 1 < kLifetimeBins && bin_start_s(bin + 1) <= age_s) ++bin;
  return bin;
}

Estimate share_of(f64 share, f64 variance) {
  const f64 margin = kTwoSided95 * share * std::sqrt(variance);
  return {share, std::max(0.0, share - margin), std::min(1.0, share + margin)};
}

}  // namespace

std::vector<SurvivalPoint> survival_of(const Deaths& deaths, std::span<const Survivor> survivors, u64 samples) {
  Deaths living{};
  for (const Survivor& survivor : survivors) living[bin_of(survivor.age_s)] += static_cast<f32>(survivor.count);
  f64 at_risk = total_of(deaths) + total_of(living);
  if (at_risk <= 0 || samples == 0) return {};
  const f64 per_sample = at_risk / static_cast<f64>(samples);

  std::vector<SurvivalPoint> curve{{0, {1, 1, 1}}};
  f64 share = 1, variance = 0;  // variance relative to the share's square
  for (u32 bin = 0; bin + 1 < kLifetimeBins && at_risk > 0.5 * per_sample; ++bin) {
    const f64 exposed = at_risk - 0.5 * static_cast<f64>(living[bin]);
    const f64 died = std::min(exposed, static_cast<f64>(deaths[bin]));
    at_risk -= static_cast<f64>(deaths[bin]) + static_cast<f64>(living[bin]);
    if (exposed <= 0) break;
    share *= 1 - died / exposed;
    if (died < exposed) variance += per_sample * died / (exposed * (exposed - died));
    curve.push_back({bin_start_s(bin + 1), share_of(share, variance)});
  }
  return curve;
}

std::vector<SurvivalPoint> survival_of(const Subject& subject) {
  std::vector<Survivor> survivors;
  for (const Birth& birth : births_of(subject)) {
    survivors.push_back({subject.now_s() - birth.at_s, birth.weight.count});
  }
  const u64 freed = levels_at(subject, std::span(&subject.live->profile, 1)).front().freed.samples;
  return survival_of(deaths_of(subject), survivors, survivors.size() + freed);
}

}  // namespace lw
