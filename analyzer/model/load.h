// SPDX-License-Identifier: Apache-2.0
// How much a process had to do, over time. Growth that only follows a rising load is no leak; a leak that comes with
// each request is as steady as the requests are.
#pragma once

#include <map>
#include <vector>

#include "analyzer/model/histories.h"
#include "analyzer/model/profile.h"

namespace lw {

class Load {
 public:
  // Points by time. Where a count falls (a counter that began anew) no work was done.
  explicit Load(const std::vector<WorkPoint>& points);

  // Enough points up to then to tell a ramp from a step.
  bool known_until(f64 at_s) const;

  // Done in each stretch up to window_s; stretch i begins at edge_s(i).
  Stretches work(f64 window_s, auto edge_s) const {
    Stretches work{};
    f64 before = done(0);
    for (size_t i = 0; i < kStretches; ++i) {
      const f64 edge = edge_s(i + 1), after = done(edge < window_s ? edge : window_s);
      work[i] = after - before;
      before = after;
    }
    return work;
  }

  // Of stretches of equal length up to window_s; none where the load is not known. Computed once for each window: the
  // sites of a process have only a few different ones.
  const std::vector<History>& histories(f64 window_s);

 private:
  f64 done(f64 at_s) const;  // what lies outside the points is as at the nearest one

  std::vector<WorkPoint> points_;
  std::map<f64, std::vector<History>> histories_;
};

}  // namespace lw
