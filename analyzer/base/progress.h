// SPDX-License-Identifier: Apache-2.0
// How far a long work has come, on stderr, if a person sits there: "reading files: 1,200 of 10,000", written over and
// over in one line and wiped in the end. Work of less than a second says nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace lw {

class Progress {
 public:
  Progress(std::string what, size_t steps);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step() {
    if (wanted_ && (++done_ & kLookMask) == 0) look();
  }

 private:
  static constexpr size_t kLookMask = 15;  // the clock is asked at every sixteenth step

  void look();

  std::string what_;
  size_t steps_, done_ = 0;
  bool wanted_, shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace lw
