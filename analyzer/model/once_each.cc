// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/once_each.h"

#include <algorithm>
#include <cmath>

namespace lw {
namespace {

// Births within this share of the time are one.
constexpr f64 kTogether = 0.05;
// A process that makes something once makes it twice now and then.
constexpr f64 kOnceMore = 0.03;

u32 separate_births(const std::vector<Birth>& births, f64 window_s) {
  u32 separate = 0;
  f64 began_s = -window_s;
  for (const Birth& birth : births) {
    if (birth.at_s > window_s) break;
    if (birth.at_s - began_s <= kTogether * window_s) continue;
    ++separate;
    began_s = birth.at_s;
  }
  return separate;
}

struct Count {
  f64 time_s;
  u32 births;
};

f64 log_chance_of_rare(const std::vector<Count>& counts, f64 births, f64 time_s) {
  f64 sum = 0;
  for (const Count& count : counts) {
    const f64 expected = births * count.time_s / time_s;
    sum += count.births * std::log(expected) - expected - std::lgamma(count.births + 1.0);
  }
  return sum;
}

f64 log_chance_of_once(const std::vector<Count>& counts) {
  // Laplace's rule for the share of processes that have it at all.
  f64 have = 1;
  for (const Count& count : counts) have += count.births > 0;
  const f64 share = have / (static_cast<f64>(counts.size()) + 2);
  f64 sum = 0;
  for (const Count& count : counts) {
    sum += count.births == 0 ? std::log(1 - share) : std::log(share) + (count.births - 1) * std::log(kOnceMore);
  }
  return sum;
}

}  // namespace

f64 once_each(const std::vector<std::vector<Birth>>& births, const std::vector<f64>& windows_s) {
  std::vector<Count> counts;
  f64 all = 0, time_s = 0;
  for (size_t i = 0; i < births.size(); ++i) {
    if (windows_s[i] <= 0) continue;
    counts.push_back({windows_s[i], separate_births(births[i], windows_s[i])});
    all += counts.back().births;
    time_s += windows_s[i];
  }
  if (all == 0) return 0;
  const f64 once = log_chance_of_once(counts), rare = log_chance_of_rare(counts, all, time_s);
  return 1 / (1 + std::exp(std::min(700.0, rare - once)));
}

}  // namespace lw
