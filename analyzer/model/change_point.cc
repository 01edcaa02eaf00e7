// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/change_point.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lw {

Estimate change_point_of(std::span<const f64> at, f64 count) {
  if (at.empty()) return {};
  constexpr size_t kSteps = 200;
  std::array<f64, kSteps - 1> posterior{};
  for (size_t i = 0; i < posterior.size(); ++i) {
    const f64 moment = static_cast<f64>(i + 1) / kSteps;
    const auto before = static_cast<f64>(std::lower_bound(at.begin(), at.end(), moment) - at.begin());
    const f64 early = count * before + 0.5, late = count * (static_cast<f64>(at.size()) - before) + 0.5;
    posterior[i] = std::lgamma(early) - early * std::log(moment) + std::lgamma(late) - late * std::log(1 - moment);
  }
  const f64 largest = *std::max_element(posterior.begin(), posterior.end());
  f64 sum = 0;
  for (f64& p : posterior) sum += p = std::exp(p - largest);
  const auto quantile = [&](f64 share) {
    f64 passed = 0;
    size_t i = 0;
    while (i + 1 < posterior.size() && (passed += posterior[i]) < share * sum) ++i;
    return static_cast<f64>(i + 1) / kSteps;
  };
  constexpr f64 kStep = 1.0 / kSteps;  // a moment between two of the grid belongs to both
  return {quantile(0.5), quantile(0.025) - kStep, quantile(0.975) + kStep};
}

}  // namespace lw
