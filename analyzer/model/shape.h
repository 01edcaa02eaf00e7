// SPDX-License-Identifier: Apache-2.0
// How is what survived spread over the time in which it was born? A leak that goes on leaves survivors up to the end of
// the observation; a warm-up leaves ever fewer, a table filled at the start or a cache that has become full none.
//
// A Bayesian comparison of about 170 simple histories (constant from some onset, after a start-up burst, rising;
// logarithmic, exponentially saturating; ended at some moment; a burst that began just now). Each birth multiplies a
// history's probability by its density at that time. Bursts make samples depend on one another: the likelihood is
// tempered by the dispersion between neighbouring stretches of time, so ten bursts of a hundred count as ten.
#pragma once

#include <span>

#include "snapshot/layout.h"

namespace lw {

struct TimedEvent {
  f64 at;      // 0 = start of the observation, 1 = its end
  f64 weight;  // relative to the other events
};

struct Shape {
  f64 growing = 0, warming = 0, ended = 0, burst = 0;  // probabilities; their sum is 1
  f64 onset = 0;                                       // of the most probable growing history
  f64 events = 0;                                      // how many independent, equally heavy events this rests on
};

Shape shape_of(std::span<const TimedEvent> events);

}  // namespace lw
