// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/compare_places.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw {
namespace {

// A standardised difference. Where the variance is what was seen between few processes, its own uncertainty makes the
// tails longer (Student 1908); where it is the expected one, they are normal.
struct Standardised {
  f64 z = 0;
  f64 degrees = 0;  // of freedom; 0 = normal

  f64 upper_tail() const { return degrees > 0 ? student_upper_tail(z, degrees) : normal_upper_tail(z); }
};

struct Difference {
  f64 value = 0, variance = 0, degrees = 0;

  Standardised standardised() const { return {variance > 0 ? value / std::sqrt(variance) : 0, degrees}; }
};

// Of two means. The scatter between processes is taken to be the same on both sides, so that one canary can be compared
// with twenty others; where less was seen than each process's own error makes sure, the latter counts.
Difference difference_between(const Spread& base, u32 base_count, const Spread& fresh, u32 fresh_count) {
  const f64 a = base_count, b = fresh_count, degrees = a + b - 2;
  Difference difference{fresh.mean - base.mean, base.within / a + fresh.within / b, 0};
  if (degrees < 1) return difference;
  const f64 pooled = ((a - 1) * base.between + (b - 1) * fresh.between) / degrees;
  const f64 seen = pooled * (1 / a + 1 / b);
  if (seen > difference.variance) difference = {difference.value, seen, degrees};
  return difference;
}

bool level_is_comparable(f64 change, const Comparability& how) {
  return !(how.new_is_younger && change < 0) && !(how.new_is_older && change > 0);
}

}  // namespace

Comparability comparability_of(const Population& base, const Population& fresh) {
  return {base.processes, fresh.processes, base.has_load && fresh.has_load,
          fresh.age_s * kSameAge<base.age_s, fresh.age_s> base.age_s * kSameAge};
}

f64 PlaceChange::p_any() const { return std::min(1.0, kQuantities * *std::min_element(p.begin(), p.end())); }

PlaceChange compare(const SharedPlace& base, const SharedPlace& fresh, const Comparability& how) {
  PlaceChange result;
  for (size_t q = 0; q < kQuantities; ++q) {
    const Difference raw = difference_between(base.each[q], how.base_processes, fresh.each[q], how.new_processes);
    result.by[q] = difference_of(raw.value, raw.variance);
    const Quantity quantity{static_cast<u8>(q)};
    if (quantity == Quantity::kGrowth && base.growing_in + fresh.growing_in == 0) continue;
    if (quantity == Quantity::kLevel && !level_is_comparable(raw.value, how)) continue;
    Standardised least = raw.standardised();
    f64 p = 2 * Standardised{std::fabs(least.z), least.degrees}.upper_tail();
    if (how.per_load) {
      const Standardised per_load =
          difference_between(base.per_load[q], how.base_processes, fresh.per_load[q], how.new_processes).standardised();
      const bool agree = per_load.z * least.z > 0;
      p = agree ? std::max(p, 2 * Standardised{std::fabs(per_load.z), per_load.degrees}.upper_tail()) : 1;
    }
    result.p[q] = std::min(1.0, p);
  }
  return result;
}

Excess excess_over(const SharedPlace& base, const Population& population, const MeasuredPlace& place,
                   const MeasuredProcess& process) {
  const bool older = process.age_s > population.age_s * kSameAge;
  const auto p_of = [&](const Spread& spread, f64 value, f64 variance) {
    // A further process of the population: its own scatter, and the error of the population's mean.
    const f64 count = population.processes;
    Difference difference{value - spread.mean, variance + spread.within / count, 0};
    const f64 seen = spread.between * (1 + 1 / count);
    if (seen > difference.variance) difference = {difference.value, seen, count - 1};
    return difference.standardised().upper_tail();
  };
  Excess excess;
  for (size_t q = 0; q < kQuantities; ++q) {
    const auto& [value, variance] = place.measured[q];
    if (Quantity{static_cast<u8>(q)} == Quantity::kLevel && older) continue;
    excess.p[q] = p_of(base.each[q], value, variance);
    const f64 calls = process.calls_per_s;
    if (population.has_load && calls > 0) {
      excess.p[q] = std::max(excess.p[q], p_of(base.per_load[q], value / calls, variance / (calls * calls)));
    }
  }
  return excess;
}

}  // namespace lw
