// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/rule_cache.h"

#include <catch2/catch.hpp>
#include <random>
#include <thread>
#include <vector>

namespace lw {
namespace {

constexpr u64 kSomeCode = 0x7f12'3456'7000;

// A rule that says for which address it was made.
Rule rule_for(u64 ip) { return Rule::plain(ip & 1, ip / 64 % (1 << 20) * 8, (2 + ip / 4096 % 30) * 8); }

}  // namespace

TEST_CASE("a rule's parts come back") {
  for (const u64 offset : {u64{8}, u64{48}, u64{4096}, Rule::kLargestOffset}) {
    for (const u64 bp_offset : {Rule::kBpUnchanged, u64{16}, Rule::kLargestBpOffset}) {
      for (const bool from_bp : {false, true}) {
        const Rule rule = Rule::plain(from_bp, offset, bp_offset);
        REQUIRE(rule.kind() == RuleKind::kPlain);
        REQUIRE(rule.offset() == offset);
        REQUIRE(rule.bp_offset() == bp_offset);
        REQUIRE(rule.from_bp() == from_bp);
        REQUIRE_FALSE(rule.in_no_object());
        // Also when it stands in an entry, below somebody's address.
        REQUIRE(Rule::from_word(rule.word() | ~0ULL << Rule::kBits) == rule);
        REQUIRE(Rule::from_word(rule.word() | ~0ULL << Rule::kBits).bp_offset() == bp_offset);
      }
    }
  }
  REQUIRE(Rule::of(RuleKind::kOpaque, true).in_no_object());
  REQUIRE_FALSE(Rule::of(RuleKind::kOpaque, false).in_no_object());
  REQUIRE_FALSE(Rule().known());
}

TEST_CASE("what was published is found, and nothing else") {
  RuleCache cache;
  REQUIRE(cache.start());
  std::mt19937_64 random(1);
  std::vector<u64> published;
  for (int i = 0; i < 5000; ++i) published.push_back(kSomeCode + random() % (1 << 30));
  for (const u64 ip : published) cache.publish(ip, rule_for(ip));
  std::size_t found = 0;
  for (const u64 ip : published) {
    const Rule rule = cache.find(ip);
    if (rule.known()) REQUIRE(rule == rule_for(ip));
    found += rule.known();
  }
  REQUIRE(found > published.size() * 99 / 100);  // 5,000 in 32,768 places
  for (int i = 0; i < 5000; ++i) REQUIRE_FALSE(cache.find(kSomeCode + (1 << 30) + random() % (1 << 30)).known());
}

TEST_CASE("a set takes eight rules and then loses the oldest") {
  RuleCache cache;
  REQUIRE(cache.start());
  const auto ip = [](u64 number) { return kSomeCode + 0x123 + number * 4096; };
  for (u64 i = 0; i < 8; ++i) cache.publish(ip(i), rule_for(ip(i)));
  for (u64 i = 0; i < 8; ++i) REQUIRE(cache.find(ip(i)) == rule_for(ip(i)));
  cache.publish(ip(8), rule_for(ip(8)));
  REQUIRE_FALSE(cache.find(ip(0)).known());
  for (u64 i = 1; i < 9; ++i) REQUIRE(cache.find(ip(i)) == rule_for(ip(i)));
}

TEST_CASE("publishing a rule again replaces it") {
  RuleCache cache;
  REQUIRE(cache.start());
  for (int i = 0; i < 100; ++i) cache.publish(kSomeCode, Rule::of(RuleKind::kOpaque));
  cache.publish(kSomeCode, Rule::of(RuleKind::kEnd));
  REQUIRE(cache.find(kSomeCode).kind() == RuleKind::kEnd);
  for (u64 i = 1; i < 8; ++i) cache.publish(kSomeCode + i * 4096, rule_for(i));  // it took only one place
  REQUIRE(cache.find(kSomeCode).kind() == RuleKind::kEnd);
}

TEST_CASE("forgetting removes the rules of the calls in the range") {
  RuleCache cache;
  REQUIRE(cache.start());
  // A return address belongs to the instruction before it: start itself is a return address of other code, end is one
  // of code in the range.
  const u64 start = kSomeCode, end = kSomeCode + 0x3000;
  for (const u64 ip : {start - 1, start, start + 1, start + 0x1234, end, end + 1}) cache.publish(ip, rule_for(ip));
  cache.forget(start, end);
  REQUIRE(cache.find(start - 1).known());
  REQUIRE(cache.find(start).known());
  REQUIRE_FALSE(cache.find(start + 1).known());
  REQUIRE_FALSE(cache.find(start + 0x1234).known());
  REQUIRE_FALSE(cache.find(end).known());
  REQUIRE(cache.find(end + 1).known());
}

TEST_CASE("addresses outside of user space have no rules") {
  RuleCache cache;
  REQUIRE(cache.start());
  cache.publish(kSomeCode, rule_for(kSomeCode));
  for (u64 bit = kAddressBits; bit < 64; ++bit) {
    const u64 alias = kSomeCode | 1ULL << bit;
    REQUIRE_FALSE(cache.find(alias).known());
    cache.publish(alias, Rule::of(RuleKind::kEnd));
    REQUIRE_FALSE(cache.find(alias).known());
  }
  REQUIRE(cache.find(kSomeCode) == rule_for(kSomeCode));
  REQUIRE_FALSE(cache.find(0).known());
}

TEST_CASE("threads that fight for a few sets never see a rule of another address") {
  RuleCache cache;
  REQUIRE(cache.start());
  constexpr u64 kPages = 40;  // for eight places
  std::atomic<u64> found{0}, wrong{0};
  const auto work = [&](unsigned seed) {
    std::minstd_rand random(seed);
    for (int i = 0; i < 50000; ++i) {
      const u64 ip = kSomeCode + random() % 4 + random() % kPages * 4096;
      const Rule rule = cache.find(ip);
      if (rule.known()) {
        ++found;
        if (!(rule == rule_for(ip))) ++wrong;
      } else {
        cache.publish(ip, rule_for(ip));
      }
      if (i % 1000 == 0) cache.forget(kSomeCode, kSomeCode + kPages * 2048);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i <= 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  REQUIRE(wrong == 0);
  REQUIRE(found > 1000);
}

}  // namespace lw
