// SPDX-License-Identifier: Apache-2.0
// The common clock of several processes of one program, aligned on their uptime: the sum of the time that all of them
// together have been watched up to an age. Something that happens at a constant rate in each of them is uniform on this
// clock, be they siblings or a process and its restarts. Of a single process it is that process's own clock.
#pragma once

#include <span>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

class Exposure {
 public:
  // How long each was watched; at least one of them longer than 0.
  explicit Exposure(std::vector<f64> windows_s);

  f64 total_s() const { return total_s_; }
  f64 longest_s() const { return windows_s_.back(); }
  f64 share(f64 uptime_s) const;  // of the total that had passed when the processes had this uptime
  f64 uptime_s(f64 share) const;  // inverse

 private:
  std::vector<f64> windows_s_;  // ascending
  std::vector<f64> passed_s_;   // total up to the uptime windows_s_[i]
  f64 total_s_;
};

}  // namespace lw
