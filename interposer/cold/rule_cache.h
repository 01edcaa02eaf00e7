// SPDX-License-Identifier: Apache-2.0
// What the whole process knows about its addresses: 32,768 unwind rules in 256 KiB, lock-free, for all threads.
//
// An entry is one 64-bit word, address and rule together, which is what makes it safe without a lock:
//
//   63            29 28        0
//   | address >> 12 |   rule   |        35 + 29 bits
//
// The lower 12 bits of the address are the number of the set that the word belongs to. Code has no favourite place
// within a page, so no further mixing is needed; it would add three cycles to every frame. Zero is an empty word, so
// fresh memory is a valid, empty cache. A set has eight words, one in each of eight tables of 32 KiB; the first table
// fills first, and a search goes no further than the last table that was ever written, so that a small program touches
// little more than that.
//
// What may happen at once, and why a reader never gets the rule of another address:
//  1. find beside publish: words are read and written whole; a reader sees the old entry or the new one. Nothing
//     else is published through them, so relaxed order is enough.
//  2. publish beside publish into one word: one of them is lost and will be learnt again.
//  3. publish of one address by two threads: it may stand in two words of the set. They are equal, because a rule
//     depends on nothing but the code at the address.
//  4. forget beside find: the reader had the rule before or does not find it. Both are right as long as forget is
//     called when the object is gone and no frame can return into it.
//  5. forget beside publish: the word that forget looked at may have been replaced since; it compares and swaps,
//     so that it removes that entry and no other.
#pragma once

#include <atomic>

#include "interposer/cold/rule_word.h"
#include "interposer/cold/unwind_x86_64.h"

namespace lw {

class RuleCache {
 public:
  static constexpr u64 kSets = 4096;
  static constexpr u64 kWays = 8;
  static constexpr u64 kBytes = kSets * kWays * sizeof(u64);

  bool start();  // false: no memory
  bool started() const { return words_ != nullptr; }

  // Nearly all rules are found in the first table; the rest is kept out of the walk's loop.
  [[gnu::always_inline]] Rule find(u64 ip) const {
    const u64 entry = words_[set_of(ip)].load(std::memory_order_relaxed);
    return belongs(entry, ip) ? Rule::from_word(entry) : find_displaced(ip);
  }

  // A full set loses one of its rules, in turn.
  void publish(u64 ip, Rule rule);

  // Removes the rules of the code in [start, end).
  void forget(u64 start, u64 end);

 private:
  static constexpr u64 kLowBits = 12;
  static_assert(kSets == 1 << kLowBits && kAddressBits - kLowBits + Rule::kBits == 64);

  Rule find_displaced(u64 ip) const;

  // False also for every ip outside of user space: it has more upper bits than an entry.
  static bool belongs(u64 entry, u64 ip) { return entry >> Rule::kBits == ip >> kLowBits; }
  static u64 set_of(u64 ip) { return ip % kSets; }
  static u64 address_of(u64 entry, u64 set) { return entry >> Rule::kBits << kLowBits | set; }

  std::atomic<u64>* words_ = nullptr;
  std::atomic<u64> ways_ = 1;  // tables that were ever written to; a reader who sees too few learns the rule anew
  std::atomic<u32> turn_ = 0;
};

}  // namespace lw
