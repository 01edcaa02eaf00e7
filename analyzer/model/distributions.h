// SPDX-License-Identifier: Apache-2.0
// The few distribution functions that estimates and tests need.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr f64 kTwoSided95 = 1.959963984540054;  // standard normal quantile of 0.975

// P(Z > z) of a standard normal Z.
f64 normal_upper_tail(f64 z);

// P(T > t) of Student's t with the given degrees of freedom, at least 1.
f64 student_upper_tail(f64 t, f64 degrees);

// P(G <= x) of a gamma variable of the given shape and scale 1. For whole shapes n also P(Poisson(x) >= n).
f64 gamma_cdf(f64 shape, f64 x);

// The x with gamma_cdf(shape, x) = p, to about nine digits; 0 for p <= 0 or shape <= 0.
f64 gamma_quantile(f64 shape, f64 p);

}  // namespace lw
