// SPDX-License-Identifier: Apache-2.0
// Of many snapshots the first, the last and an even spread remain.
#include "interposer/dump/retention.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u64 kSecondNs = 1'000'000'000;

// Sequences that remain after snapshots at these times.
std::vector<u64> remaining(const std::vector<u64>& seconds, u32 keep) {
  static u32 pid = 1'000'000;  // the list begins anew with the process
  lw::process().pid = ++pid;
  g_options.keep.value = keep;
  std::set<u64> kept;
  for (u64 sequence = 0; sequence < seconds.size(); ++sequence) {
    kept.insert(sequence);
    const u64 victim = note_and_choose_victim(sequence, seconds[sequence] * kSecondNs);
    if (victim == kNoVictim) continue;
    CHECK(kept.erase(victim) == 1);
  }
  return {kept.begin(), kept.end()};
}

std::vector<u64> every(u64 step, u64 count) {
  std::vector<u64> seconds;
  for (u64 i = 1; i <= count; ++i) seconds.push_back(i * step);
  return seconds;
}

}  // namespace

TEST_CASE("Until there are too many, every snapshot is kept", "[state]") {
  WatchedProcess process(4096);
  CHECK(remaining(every(60, 64), 64).size() == 64);
}

TEST_CASE("First and last snapshot always remain", "[state]") {
  WatchedProcess process(4096);
  for (const u32 keep : {2u, 3u, 7u, 64u}) {
    const auto kept = remaining(every(60, 1000), keep);
    CHECK(kept.size() == keep);
    CHECK(kept.front() == 0);
    CHECK(kept.back() == 999);
  }
}

TEST_CASE("What remains is spread evenly over the process's life", "[state]") {
  WatchedProcess process(4096);
  for (const u64 count : {100u, 1000u, 5000u}) {
    const auto kept = remaining(every(60, count), 64);
    u64 widest = 0;
    for (std::size_t i = 1; i < kept.size(); ++i) widest = std::max(widest, kept[i] - kept[i - 1]);
    CAPTURE(count);
    CHECK(widest <= 4 * count / 64 + 1);
  }
}

TEST_CASE("A crowd of snapshots asked for by signal does not push out the rest", "[state]") {
  WatchedProcess process(4096);
  std::vector<u64> seconds = every(600, 30);
  for (u64 i = 0; i < 500; ++i) seconds.push_back(18'000 + i);
  const auto kept = remaining(seconds, 32);
  CHECK(std::count_if(kept.begin(), kept.end(), [](u64 sequence) { return sequence < 30; }) > 20);
}

TEST_CASE("The most that may be kept fits", "[state]") {
  WatchedProcess process(4096);
  CHECK(remaining(every(1, 5000), 4096).size() == 4096);
}

}  // namespace lw::test
