// SPDX-License-Identifier: Apache-2.0
// The countdown's two numbers in one word: nothing that a program may ask for mixes them up.
#include "interposer/state/countdown.h"

#include "tests/unit/sampling/coverage.h"

namespace lw::test {
namespace {

constexpr u64 kMiB = 1 << 20, kGiB = 1024 * kMiB;

void allocate_plainly(u64 size) {
  if (passes_unsampled(size)) return;
  admit(size);
  count_allocation(size);
}

}  // namespace

TEST_CASE("What is left of a countdown is what was not taken off it, below nothing, too", "[sampling]") {
  for (const u64 drawn : {u64{1}, u64{70}, u64{4096}, kLongestPiece}) {
    i64 countdown = countdown_of(drawn);
    for (i64 calls = 1; calls < 200; ++calls) {
      countdown -= static_cast<i64>(units_of(3));
      REQUIRE(left_of(countdown, true).bytes == static_cast<i64>(drawn) - 3 * calls);
      REQUIRE(left_of(countdown, true).calls == kAllCalls - calls);
    }
  }
  const i64 never_drawn = kUsedUp - static_cast<i64>(units_of(70));
  CHECK(left_of(never_drawn, false).bytes == -70);
  CHECK(left_of(never_drawn, false).calls == -1);
}

TEST_CASE("No request too large for a countdown gets by because its product with the unit wraps", "[sampling]") {
  WatchedProcess process(1 << 20);
  claim_slot();
  ThreadSlot& slot = *t_slot;
  slot.interval = 1 << 20;
  for (const u64 left : {u64{0}, u64{1} << 20, kLongestPiece}) {
    for (u64 power = kLongestPiece * 2; power != 0; power *= 2) {
      for (const u64 size : {power, power - 1, power + 1, power + 16, power - 4096, power + 4096, power + power / 2}) {
        CAPTURE(left, size);
        slot.countdown = countdown_of(left);
        REQUIRE_FALSE(passes_unsampled(size));
        give_back(size);
        REQUIRE(slot.countdown == countdown_of(left));
      }
    }
  }
}

TEST_CASE("Calls are counted one by one, however many come before the next sample", "[sampling]") {
  constexpr u64 kCalls = 40'000'000;  // more than a countdown holds
  WatchedProcess process(kGiB);
  SimulatedProgram program(31);
  for (u64 i = 0; i < kCalls; ++i) allocate_plainly(1);
  CHECK(total_counts().allocations == kCalls);
  CHECK(total_counts().allocated_bytes == kCalls);
}

TEST_CASE("A distance longer than a countdown chooses no differently", "[sampling]") {
  constexpr u64 kInterval = 256 * kMiB, kBlocks = 20'000;
  u64 seed = 32;
  for (const u64 size : {3 * kMiB, kLongestPiece, 300 * kMiB}) {
    WatchedProcess process(kInterval, 64 * kMiB);
    SimulatedProgram program(seed++);
    u64 chosen = 0;
    for (u64 i = 0; i < kBlocks; ++i) chosen += program.allocate(size, Place(1)) != 0 ? 1 : 0;
    const f64 p = inclusion_probability(size, kInterval);
    CAPTURE(size, chosen, p);
    CHECK(std::fabs(static_cast<f64>(chosen) - kBlocks * p) < 3.5 * std::sqrt(kBlocks * p * (1 - p)));
    CHECK(total_counts().allocated_bytes == kBlocks * size);
    CHECK(total_counts().allocations == kBlocks);
  }
}

TEST_CASE("A signal handler between the hot path and the slow one loses no count", "[sampling]") {
  for (const u64 interval : {u64{1}, u64{4096}, u64{64} << 20}) {
    WatchedProcess process(interval);
    SimulatedProgram program(36);
    program.allocate(100, Place(1));
    u64 calls = 1, bytes = 100;
    for (u32 i = 0; i < 3000; ++i) {
      ++calls;
      bytes += 1000;
      if (passes_unsampled(1000)) continue;
      for (const u64 size : {u64{10}, u64{100'000}, u64{0}}) {  // the handler's
        if (!passes_unsampled(size)) continue;
        ++calls;
        bytes += size;
      }
      admit(1000);
      count_allocation(1000);
      REQUIRE(t_slot->countdown >= 0);
    }
    CHECK(total_counts().allocations == calls);
    CHECK(total_counts().allocated_bytes == bytes);
  }
}

}  // namespace lw::test
