// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/course.h"

namespace lw {
namespace {

Course of_growth(const Shape& shape) {
  if (shape.clustered) return Course::kSteps;
  return shape.of(Family::kRising) > shape.growing() / 2 ? Course::kAccelerating : Course::kSteady;
}

}  // namespace

const char* course_word(Course course) {
  constexpr const char* kWords[] = {"none",       "steady",  "steps",     "accelerating",
                                    "saturating", "one_off", "with_load", "periodic"};
  return kWords[static_cast<u8>(course)];
}

Course course_of(const Shape& shape) {
  if (shape.events <= 0) return Course::kNone;
  const f64 saturating = shape.of(Family::kLogarithmic) + shape.of(Family::kExponential);
  const f64 ended = shape.of(Family::kStart) + shape.of(Family::kEnded) + shape.of(Family::kBurst);
  const f64 with_load = shape.of(Family::kWithLoad);
  if (shape.growing() >= 0.5) return of_growth(shape);
  if (with_load > saturating && with_load > ended) return Course::kWithLoad;
  return saturating > ended ? Course::kSaturating : Course::kOneOff;
}

}  // namespace lw
