// SPDX-License-Identifier: Apache-2.0
// Decoy (c): a cache that allocates as much as any leak while it fills, then throws out one entry for each it takes
// in. Expected verdict: quiet.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

class LruCache {
 public:
  explicit LruCache(size_t capacity) : capacity_(capacity) {}

  std::optional<std::string> get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }

  void put(std::string_view key, std::string_view value) {
    const std::lock_guard lock(mutex_);
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      found->second->second = value;
      return;
    }
    entries_.emplace_front(key, value);
    index_.emplace(entries_.front().first, entries_.begin());
    if (entries_.size() > capacity_) drop_least_recently_used();
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  using Entries = std::list<std::pair<const std::string, std::string>>;

  void drop_least_recently_used() {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }

  mutable std::mutex mutex_;
  const size_t capacity_;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string_view, Entries::iterator> index_;
};
