// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/lifetime.h"

#include <cmath>
#include <numeric>

namespace lw {

f64 bin_start_s(u32 bin) { return bin == 0 ? 0 : std::ldexp(1e-9, static_cast<int>(bin + kLifetimeFirstLog2)); }

f64 total_of(const Deaths& deaths) { return std::accumulate(deaths.begin(), deaths.end(), 0.0); }

OldAge old_age_of(const Deaths& deaths, std::span<const Survivor> survivors, f64 observed_s) {
  f64 died = total_of(deaths);
  for (u32 bin = 0; bin < kLifetimeBins && bin_start_s(bin) <= observed_s / 2; ++bin) {
    OldAge old{.age_s = bin_start_s(bin), .died = died};
    for (const Survivor& survivor : survivors) {
      if (survivor.age_s < old.age_s) break;
      ++old.samples;
      old.survivors += survivor.count;
    }
    if (old.samples == 0) break;
    old.exists = died <= kMostOldDeaths * (died + old.survivors);
    if (old.exists) return old;
    died -= deaths[bin];
  }
  return {};
}

f64 age_reached_by(const Deaths& deaths, f64 share) {
  const f64 total = total_of(deaths);
  if (total <= 0) return 0;
  f64 sum = 0;
  u32 bin = 0;
  while (bin + 1 < kLifetimeBins && (sum += deaths[bin]) < share * total) ++bin;
  return bin_start_s(bin + 1);
}

}  // namespace lw
