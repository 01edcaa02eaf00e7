// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/looker.h"

#include <sys/eventfd.h>

#include <chrono>
#include <cstdlib>

namespace lw {
namespace {

using Lock = std::unique_lock<std::mutex>;

// Naming the stacks of a large program for the first time takes longer than a person waits who has pressed q.
constexpr auto kPatience = std::chrono::milliseconds(300);

}  // namespace

Looker::Looker(LiveSeries& series, const WatchChoice& choice)
    : series_(series), choice_(choice), news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] { run(); }) {}

Looker::~Looker() {
  Lock lock(mutex_);
  stop_ = true;
  changed_.notify_all();
  if (!changed_.wait_for(lock, kPatience, [&] { return done_; })) std::_Exit(EXIT_SUCCESS);
  lock.unlock();
  thread_.join();
}

std::shared_ptr<const Picture> Looker::newest() {
  eventfd_t count = 0;
  eventfd_read(news_.number(), &count);
  const Lock lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
  return newest_;
}

void Looker::look_now() {
  const Lock lock(mutex_);
  now_ = true;
  changed_.notify_all();
}

void Looker::keep(std::optional<u64> unix_ns) {
  const Lock lock(mutex_);
  kept_unix_ns_ = unix_ns;
}

bool Looker::pause(f64 seconds) {
  Lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::duration<f64>(seconds), [&] { return now_ || stop_; });
  now_ = false;
  return !stop_;
}

void Looker::run() {
  std::shared_ptr<const Picture> last;
  try {
    do {
      std::vector<u64> kept;
      {
        const Lock lock(mutex_);
        if (kept_unix_ns_) kept.push_back(*kept_unix_ns_);
      }
      std::shared_ptr<const Picture> picture = take_picture(series_, choice_, last.get(), kept);
      {
        const Lock lock(mutex_);
        newest_ = picture;
      }
      eventfd_write(news_.number(), 1);
      last = std::move(picture);
    } while (!last->over && pause(pause_after(*last, choice_)));
  } catch (...) {
    const Lock lock(mutex_);
    failure_ = std::current_exception();
    eventfd_write(news_.number(), 1);
  }
  const Lock lock(mutex_);
  done_ = true;
  changed_.notify_all();
}

}  // namespace lw
