// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/heap_change.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

constexpr u64 kSecond = 1'000'000'000;

Tally tally(f64 count, f64 bytes) {
  Tally tally;
  tally.count = count;
  tally.bytes = bytes;
  return tally;
}

// Three profiles, 10 s apart from second 100 of the wall clock on; one series that allocates 100 bytes a block.
Process process_of(std::vector<SeriesPoint> points) {
  Process process;
  for (u64 i = 0; i < 3; ++i) {
    process.profiles.push_back({static_cast<f64>(10 * i + 1), (100 + 10 * i) * kSecond, i, DumpReason::kPeek, 1});
  }
  process.series.push_back({.stack = StackNumber{0}, .points = std::move(points)});
  return process;
}

Assessment site_of_series_0() {
  Assessment site;
  site.series = {0};
  return site;
}

}  // namespace

TEST_CASE("a change is what was allocated and freed since the profile before it") {
  const Process process = process_of({{tally(10, 1000), tally(4, 400), 0},
                                      {tally(20, 2000), tally(5, 500), 1},
                                      {tally(22, 2200), tally(20, 2000), 2}});
  const HeapSums change = heap_change(process, site_of_series_0(), 115 * kSecond);
  CHECK(change.allocated_count == 2);
  CHECK(change.allocated_bytes == 200);
  CHECK(change.live_count == -13);
  CHECK(change.live_bytes == -1300);
  CHECK(change_lasted_s(process, 115 * kSecond) == 10);
}

TEST_CASE("a site that did nothing since has not changed") {
  const Process process = process_of({{tally(10, 1000), tally(4, 400), 0}});
  const HeapSums change = heap_change(process, site_of_series_0(), 105 * kSecond);
  CHECK(change.allocated_bytes == 0);
  CHECK(change.live_bytes == 0);
}

TEST_CASE("a site that came later, and a process that began later, are new as a whole") {
  const Process later = process_of({{tally(3, 300), tally(1, 100), 2}});
  CHECK(heap_change(later, site_of_series_0(), 115 * kSecond).live_bytes == 200);
  const Process process = process_of({{tally(10, 1000), tally(4, 400), 0}});
  CHECK(heap_change(process, site_of_series_0(), 50 * kSecond).live_bytes == 600);
  CHECK(change_lasted_s(process, 50 * kSecond) == 21);
}

TEST_CASE("a process of which nothing newer is known has not changed") {
  const Process process = process_of({{tally(10, 1000), tally(4, 400), 0}});
  CHECK(heap_change(process, site_of_series_0(), 500 * kSecond).allocated_bytes == 0);
  CHECK(change_lasted_s(process, 500 * kSecond) == 0);
}

}  // namespace lw
