// SPDX-License-Identifier: Apache-2.0
// Does a series of points rise? Answers that do not care how the noise is distributed: both tests look only at the
// signs of the differences between all pairs of points.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/estimate.h"

namespace lw {

struct TrendPoint {
  f64 at_s, value;
};

// Theil–Sen: the median slope of all pairs of points, with the 95 % limits that follow from Kendall's statistic
// (Sen 1968). Up to 29 % of the points may be arbitrarily wrong. All zero below two distinct times.
Estimate theil_sen_slope(std::span<const TrendPoint> points);

// Mann–Kendall: the one-sided probability of at least so much rise if the values came in random order, with the
// correction for ties. 1 below three points.
f64 rise_by_chance(std::span<const TrendPoint> points);

// Benjamini–Hochberg: for each p-value the smallest share of false discoveries at which it would be one of the
// discoveries (its q-value), in the order given.
std::vector<f64> false_discovery_rates(std::span<const f64> p_values);

}  // namespace lw
