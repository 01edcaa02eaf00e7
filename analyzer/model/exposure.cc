// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/exposure.h"

#include <algorithm>

namespace lw {

Exposure::Exposure(std::vector<f64> windows_s) : windows_s_(std::move(windows_s)) {
  std::erase_if(windows_s_, [](f64 window_s) { return window_s <= 0; });
  std::sort(windows_s_.begin(), windows_s_.end());
  f64 before_s = 0, passed_s = 0;
  for (size_t i = 0; i < windows_s_.size(); ++i) {
    passed_s += (windows_s_[i] - before_s) * static_cast<f64>(windows_s_.size() - i);
    before_s = windows_s_[i];
    passed_s_.push_back(passed_s);
  }
  total_s_ = passed_s;
}

f64 Exposure::share(f64 uptime_s) const {
  const size_t ended =
      static_cast<size_t>(std::lower_bound(windows_s_.begin(), windows_s_.end(), uptime_s) - windows_s_.begin());
  if (ended == windows_s_.size()) return 1;
  const f64 before_s = ended == 0 ? 0 : windows_s_[ended - 1], passed_s = ended == 0 ? 0 : passed_s_[ended - 1];
  return (passed_s + (uptime_s - before_s) * static_cast<f64>(windows_s_.size() - ended)) / total_s_;
}

f64 Exposure::uptime_s(f64 share) const {
  const f64 wanted_s = share * total_s_;
  const size_t ended =
      static_cast<size_t>(std::lower_bound(passed_s_.begin(), passed_s_.end(), wanted_s) - passed_s_.begin());
  if (ended == windows_s_.size()) return windows_s_.back();
  const f64 before_s = ended == 0 ? 0 : windows_s_[ended - 1], passed_s = ended == 0 ? 0 : passed_s_[ended - 1];
  return before_s + (wanted_s - passed_s) / static_cast<f64>(windows_s_.size() - ended);
}

}  // namespace lw
