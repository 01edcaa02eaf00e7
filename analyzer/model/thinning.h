// SPDX-License-Identifier: Apache-2.0
// How densely a process was sampled, over its time. The interval widens as a program gets busy and narrows again: where
// it is wide fewer of the same blocks are seen. Whoever asks how births are spread over time must know where they were
// looked for.
#pragma once

#include <vector>

#include "analyzer/model/profile.h"
#include "analyzer/model/stretches.h"

namespace lw {

class Thinning {
 public:
  explicit Thinning(const Process& process);

  // The narrowest and widest interval up to then.
  struct Range {
    f64 narrowest, widest;
    bool even() const { return narrowest == widest; }
  };
  Range range(f64 window_s) const;

  // The share of blocks of this size that was chosen, in each of the stretches of equal length up to window_s.
  Stretches chosen(f64 window_s, f64 size) const;

 private:
  struct Point {
    f64 at_s;
    f64 interval;  // from then on
  };
  std::vector<Point> points_;  // by time; at least one
};

}  // namespace lw
