// SPDX-License-Identifier: Apache-2.0
// Leak (a): who has talked to the service, and about what. Without a limit no session is ever forgotten, and every
// client that comes once and never again stays for good. All of it is referenced to the end, so a leak checker that
// looks for lost pointers is content. Expected verdict: SessionRegistry::remember `growing`; with a limit, quiet.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "request.h"

class SessionRegistry {
 public:
  explicit SessionRegistry(std::optional<size_t> limit) : limit_(limit) {}

  void remember(const Request& request) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = sessions_.try_emplace(request.session);
    Session& session = entry->second;
    ++session.requests;
    session.last_key = request.key;
    if (is_new && limit_) expire_oldest(request.session);
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
  }

 private:
  struct Session {
    uint64_t requests = 0;
    std::string last_key;
  };

  void expire_oldest(const std::string& newest) {
    oldest_first_.push_back(newest);
    if (oldest_first_.size() <= *limit_) return;
    sessions_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }

  mutable std::mutex mutex_;
  const std::optional<size_t> limit_;
  std::unordered_map<std::string, Session> sessions_;
  std::deque<std::string> oldest_first_;  // kept only where there is a limit
};
