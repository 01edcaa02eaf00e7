// SPDX-License-Identifier: Apache-2.0
// A time of observation, cut into a hundred stretches, and how work was spread over them.
#pragma once

#include <array>
#include <cstddef>

#include "snapshot/layout.h"

namespace lw {

inline constexpr std::size_t kStretches = 100;
using Stretches = std::array<f64, kStretches>;

// The highest work in a stretch so far, after the noise between neighbours has been smoothed away.
Stretches high_water_of(const Stretches& work);

// The curve that never falls and is nearest to the work (isotonic regression, by pooling adjacent violators): where the
// noise is strong it sees a slow ramp that no high-water mark shows.
Stretches rise_of(const Stretches& work);

}  // namespace lw
