// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/progress.h"

#include <unistd.h>

#include <cstdio>

#include "analyzer/base/units.h"

namespace lw {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kBetween = std::chrono::milliseconds(200);

}  // namespace

Progress::Progress(std::string what, size_t steps)
    : what_(std::move(what)), steps_(steps), wanted_(isatty(STDERR_FILENO) != 0), next_(Clock::now() + kPatience) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::look() {
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%s: %s of %s", what_.c_str(), count_text(static_cast<double>(done_)).c_str(),
               count_text(static_cast<double>(steps_)).c_str());
}

}  // namespace lw
