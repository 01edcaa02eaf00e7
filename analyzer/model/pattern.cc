// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/pattern.h"

namespace lw {
namespace {

Pattern of_growth(const Shape& shape) {
  if (shape.clustered) return Pattern::kSteps;
  return shape.of(Family::kRising) > shape.growing() / 2 ? Pattern::kAccelerating : Pattern::kSteady;
}

}  // namespace

const char* pattern_word(Pattern pattern) {
  constexpr const char* kWords[] = {"none",       "steady",  "steps",     "accelerating",
                                    "saturating", "one_off", "with_load", "periodic"};
  return kWords[static_cast<u8>(pattern)];
}

Pattern pattern_of(const Shape& shape) {
  if (shape.events <= 0) return Pattern::kNone;
  const f64 saturating = shape.of(Family::kLogarithmic) + shape.of(Family::kExponential);
  const f64 ended = shape.of(Family::kStart) + shape.of(Family::kEnded) + shape.of(Family::kBurst);
  const f64 with_load = shape.of(Family::kWithLoad);
  if (shape.growing() >= 0.5) return of_growth(shape);
  if (with_load > saturating && with_load > ended) return Pattern::kWithLoad;
  return saturating > ended ? Pattern::kSaturating : Pattern::kOneOff;
}

}  // namespace lw
