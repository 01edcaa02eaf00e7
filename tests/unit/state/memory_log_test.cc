// SPDX-License-Identifier: Apache-2.0
// The memory log keeps the recent past in full and the remote past thinly, for as long as a process may run.
#include "interposer/state/memory_log.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/sampling/simulation.h"

namespace lw::test {
namespace {

constexpr u64 kSecondNs = 1'000'000'000;

std::vector<u64> seconds_kept() {
  std::vector<u64> seconds;
  for (u32 i = 0; i < used_records(TableId::kMemory); ++i) {
    const u64 time_ns = records<MemoryPoint>(TableId::kMemory)[i].time_ns;
    if (time_ns != 0) seconds.push_back(time_ns / kSecondNs);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

const MemoryPoint& point_at(u64 second) {
  const MemoryPoint* points = records<MemoryPoint>(TableId::kMemory);
  return *std::find_if(points, points + used_records(TableId::kMemory),
                       [&](const MemoryPoint& point) { return point.time_ns == second * kSecondNs; });
}

}  // namespace

TEST_CASE("Each level of the memory log is four times as thin as the one before", "[state]") {
  WatchedProcess process(4096, 16 << 20);
  constexpr u64 kLast = 6000;
  for (u64 second = 1; second <= kLast; ++second) log_memory(second * kSecondNs, false);
  const std::vector<u64> kept = seconds_kept();
  CHECK(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
  CHECK(kept.size() > 3 * kPointsPerLevel);

  u64 newest = kLast;
  auto at = kept.rbegin();
  for (const u64 step : {1, 4, 16, 64}) {
    u32 points = 0;
    for (; at != kept.rend() && newest - *at <= step; ++at, ++points) newest = *at;
    CAPTURE(step, newest, points);
    const bool all = at == kept.rend();
    CHECK((all || (points >= kPointsPerLevel - 1 && points <= kPointsPerLevel + 1)));
  }
  CHECK(kept.front() <= 64 + kPointsPerLevel);
}

TEST_CASE("A small file has fewer levels, and never more points than room", "[state]") {
  WatchedProcess process(4096);
  REQUIRE(span_of(TableId::kMemory).capacity / kPointsPerLevel == 2);
  for (u64 second = 1; second <= 2000; ++second) log_memory(second * kSecondNs, false);
  const std::vector<u64> kept = seconds_kept();
  CHECK(kept.size() == 2 * kPointsPerLevel);
  CHECK(kept.back() == 2000);
  CHECK(kept.front() <= 2000 - kPointsPerLevel - 4 * (kPointsPerLevel - 1));
}

TEST_CASE("A point holds both sides of the ledger", "[state]") {
  WatchedProcess process(1);
  SimulatedProgram program(1);
  const u64 kept = program.allocate(1000, Place(1));
  program.free(program.allocate(500, Place(1)));
  REQUIRE(kept != 0);
  log_memory(7 * kSecondNs, false);
  const MemoryPoint& point = point_at(7);
  CHECK(point.live_bytes == 1000);
  CHECK(point.live_count == 1);
  CHECK(point.live_bytes_variance == 0);
  CHECK(point.allocations == 2);
  CHECK(point.allocated_bytes == 1500);
  CHECK(point.threads == 1);
  CHECK(point.interval == 1);
  CHECK(point.rss_bytes > 1 << 20);
  CHECK(point.rss_file > 0);
  CHECK(point.rss_file + point.rss_shared < point.rss_bytes);
  CHECK(point.rss_peak >= point.rss_bytes);
  CHECK(point.virtual_bytes > point.rss_bytes);
  CHECK(point.data_bytes > 0);
  CHECK(point.stack_bytes > 0);
  CHECK(point.code_bytes > 0);
  CHECK(point.page_faults > 0);
  CHECK(point.allocator_in_use == 0);  // was not to be asked
}

TEST_CASE("Who finds another thread at the log passes by", "[state]") {
  WatchedProcess process(4096);
  lw::process().logging = 1;
  log_memory(7 * kSecondNs, false);
  CHECK(seconds_kept().empty());
  CHECK(lw::process().logging == 1);
}

}  // namespace lw::test
