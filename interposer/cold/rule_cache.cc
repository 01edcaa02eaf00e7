// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/rule_cache.h"

#include <sys/mman.h>

namespace lw {

bool RuleCache::start() {
  const long memory = sys::map(0, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  if (sys::failed(memory)) return false;
  words_ = reinterpret_cast<std::atomic<u64>*>(memory);
  return true;
}

Rule RuleCache::find_displaced(u64 ip) const {
  const std::atomic<u64>* word = words_ + set_of(ip);
  for (u64 way = 1; way < ways_.load(std::memory_order_relaxed); ++way) {
    const u64 entry = word[way * kSets].load(std::memory_order_relaxed);
    if (belongs(entry, ip)) return Rule::from_word(entry);
  }
  return Rule();
}

void RuleCache::publish(u64 ip, Rule rule) {
  if (ip >> kAddressBits != 0) return;
  std::atomic<u64>* word = words_ + set_of(ip);
  const u64 entry = ip >> kLowBits << Rule::kBits | rule.word();
  for (u64 way = 0; way < kWays; ++way) {
    const u64 present = word[way * kSets].load(std::memory_order_relaxed);
    if (present == 0 || belongs(present, ip)) {
      word[way * kSets].store(entry, std::memory_order_relaxed);
      if (ways_.load(std::memory_order_relaxed) <= way) ways_.store(way + 1, std::memory_order_relaxed);
      return;
    }
  }
  const u64 victim = turn_.fetch_add(1, std::memory_order_relaxed) % kWays;
  word[victim * kSets].store(entry, std::memory_order_relaxed);
}

void RuleCache::forget(u64 start, u64 end) {
  for (u64 number = 0; number < kSets * kWays; ++number) {
    u64 present = words_[number].load(std::memory_order_relaxed);
    if (present == 0) continue;
    const u64 code = address_of(present, number % kSets) - 1;  // a return address belongs to the call before it
    if (code >= start && code < end) words_[number].compare_exchange_strong(present, 0, std::memory_order_relaxed);
  }
}

}  // namespace lw
