// SPDX-License-Identifier: Apache-2.0
// A thread that looks again and again, so that the screen answers keys meanwhile.
#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "analyzer/commands/picture.h"

namespace lw {

class Looker {
 public:
  // Both outlive it.
  Looker(LiveSeries& series, const WatchChoice& choice);
  ~Looker();  // waits for the look that is being taken, but not for long: then the whole program ends
  Looker(const Looker&) = delete;
  Looker& operator=(const Looker&) = delete;

  int descriptor() const { return news_.number(); }  // readable when there is a new picture
  std::shared_ptr<const Picture> newest();           // nullptr before the first; throws what the thread threw
  void look_now();
  void keep(std::optional<u64> unix_ns);  // a moment that must stay in the series

 private:
  void run();
  bool pause(f64 seconds);  // false: there is no more to look at

  LiveSeries& series_;
  const WatchChoice& choice_;
  Descriptor news_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Picture> newest_;
  std::exception_ptr failure_;
  std::optional<u64> kept_unix_ns_;
  bool now_ = false, stop_ = false, done_ = false;
  std::thread thread_;
};

}  // namespace lw
