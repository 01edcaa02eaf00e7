// SPDX-License-Identifier: Apache-2.0
// When did a rate change? The posterior of the moment at which a Poisson process went from one constant rate to
// another, both unknown (Raftery and Akman 1986): all moments equally probable before, Jeffreys's prior for the rates.
#pragma once

#include <span>

#include "analyzer/model/estimate.h"

namespace lw {

// `at`: ascending, as shares of the time of observation. Each event counts as `count` independent ones, less than 1
// where they come in bursts. Median and 95 % limits, on a grid of 1/200; all zero without events.
Estimate change_point_of(std::span<const f64> at, f64 count);

}  // namespace lw
