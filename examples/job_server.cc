// SPDX-License-Identifier: Apache-2.0
// Threads that never end: a server that gives every job a thread of its own, which waits at its end for somebody to
// collect the result. For some jobs nobody does.
//
// With --bounded a job that nobody has collected within a second is given up.
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "service/workday.h"

constexpr size_t kForgottenEvery = 4;

class JobServer {
 public:
  explicit JobServer(bool gives_up) : gives_up_(gives_up) {}

  void start(size_t number) {
    std::thread([this, number] { run(number); }).detach();
  }

  void collect(size_t number) {
    const std::lock_guard lock(mutex_);
    collected_[number] = true;
    changed_.notify_all();
  }

  size_t finished() {
    const std::lock_guard lock(mutex_);
    return finished_;
  }

 private:
  void run(size_t number) {
    std::vector<uint64_t> result(2000);
    for (size_t i = 0; i < result.size(); ++i) result[i] = i * number;
    std::unique_lock lock(mutex_);
    const auto collected = [&] { return collected_.count(number) != 0; };
    if (gives_up_) {
      changed_.wait_for(lock, std::chrono::seconds(1), collected);
    } else {
      changed_.wait(lock, collected);
    }
    collected_.erase(number);
    ++finished_;
  }

  const bool gives_up_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<size_t, bool> collected_;
  size_t finished_ = 0;
};

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--bounded");
  JobServer& server = *new JobServer(day.behaves_well);  // its threads outlive main
  work_through(day, std::chrono::milliseconds(100), [&](size_t round, double) {
    server.start(round);
    if (round > 0 && (round - 1) % kForgottenEvery != 0) server.collect(round - 1);
  });
  printf("%zu jobs finished\n", server.finished());
}
