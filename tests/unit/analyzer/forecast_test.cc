// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/forecast.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/unit/analyzer/written_process.h"

namespace lw {
namespace {

constexpr f64 kRate = kMiB;  // a second

Process leaking_process() {
  Process process = process_with_log(100, [](MemoryPoint& point, f64 t) {
    write_heap(point, (20 + 100 * t) * kMiB, kMiB);
    point.virtual_bytes = point.rss_bytes + bytes(100 * kMiB);
    point.cgroup_bytes = point.rss_bytes + bytes(11 * kMiB);
  });
  process.memory_total = bytes(10000 * kMiB);
  return process;
}

std::vector<Assessment> leaks(std::initializer_list<f64> rates) {
  std::vector<Assessment> findings;
  for (const f64 rate : rates) {
    Assessment finding;
    finding.verdict = Verdict::kGrowing;
    finding.bytes_per_s = {rate, rate * 0.9, rate * 1.1};
    findings.push_back(finding);
  }
  return findings;
}

}  // namespace

TEST_CASE("the time to a limit is the room that is left over the present slope") {
  const Process process = leaking_process();
  const auto forecast = forecast_of(process, ledger_of(process), leaks({kRate}));
  REQUIRE(forecast);
  CHECK(forecast->limit == LimitKind::kPhysicalMemory);
  CHECK(forecast->time_s.value == Approx((10000 - 130) * kMiB / kRate).epsilon(0.01));
  CHECK(forecast->time_s.low <= forecast->time_s.value);
  CHECK(forecast->time_s.high >= forecast->time_s.value);
}

TEST_CASE("the nearest limit counts") {
  Process process = leaking_process();
  for (MemoryPoint& point : process.memory) point.cgroup_limit = bytes(200 * kMiB);
  process.address_space_limit = bytes(5000 * kMiB);
  auto forecast = forecast_of(process, ledger_of(process), leaks({kRate}));
  REQUIRE(forecast);
  CHECK(forecast->limit == LimitKind::kControlGroup);
  CHECK(forecast->time_s.value == Approx(200 - 141).epsilon(0.02));
  process.address_space_limit = bytes(240 * kMiB);
  forecast = forecast_of(process, ledger_of(process), leaks({kRate}));
  CHECK(forecast->limit == LimitKind::kAddressSpace);
}

TEST_CASE("findings have their shares of the slope") {
  const Process process = leaking_process();
  const auto forecast = forecast_of(process, ledger_of(process), leaks({kRate * 3 / 4, kRate / 4}));
  REQUIRE(forecast);
  REQUIRE(forecast->shares.size() == 2);
  CHECK(forecast->shares[0].share == Approx(0.75).epsilon(0.02));
  CHECK(forecast->shares[1].share == Approx(0.25).epsilon(0.02));
}

TEST_CASE("without a leak nothing is foretold, however fast the process grows") {
  const Process process = leaking_process();
  CHECK_FALSE(forecast_of(process, ledger_of(process), {}));
}

TEST_CASE("a leak that the process has not begun to grow by is foretold at its own rate") {
  Process process = process_with_log(
      100, [](MemoryPoint& point, f64 t) { write_heap(point, (20 + 10 * t) * kMiB, (20 - 10 * t) * kMiB); });
  process.memory_total = bytes(1000 * kMiB);
  const auto forecast = forecast_of(process, ledger_of(process), leaks({kMiB / 10}));
  REQUIRE(forecast);
  CHECK(forecast->bytes_per_s.value == Approx(kMiB / 10));
}

TEST_CASE("the level ahead follows the present rate and grows less certain with time") {
  const Estimate now{1000, 900, 1100}, rate{100, 80, 120};
  const Estimate soon = level_ahead(now, rate, 10), later = level_ahead(now, rate, 100);
  CHECK(soon.value == 2000);
  CHECK(soon.low == Approx(2000 - 223.607));
  CHECK(later.high - later.low > soon.high - soon.low);
  CHECK(level_ahead(now, {-100, -120, -80}, 100).value == 0);
}

TEST_CASE("what a finding says of its rate goes before what its course does") {
  Course course;
  Assessment site;
  CHECK(!rate_now(site, course));
  course.stretches = {{0, 5, {10, 8, 12}}, {5, 10, {100, 80, 120}}};
  CHECK(rate_now(site, course)->value == 100);
  site.verdict = Verdict::kGrowing;
  site.bytes_per_s = {90, 70, 110};
  CHECK(rate_now(site, course)->value == 90);
}

TEST_CASE("what was watched for a moment says nothing of hours") {
  Process moment = leaking_process();
  moment.profiles.back().taken_s = 0.007;
  CHECK_FALSE(forecast_of(moment, ledger_of(moment), leaks({kRate})));
  moment.profiles.back().taken_s = 20;
  CHECK(forecast_of(moment, ledger_of(moment), leaks({kRate})));
}

TEST_CASE("a limit that lies years ahead is none") {
  const Process process = leaking_process();
  Process slow = process_with_log(100, [](MemoryPoint& point, f64) { write_heap(point, 20 * kMiB, kMiB); });
  slow.memory_total = bytes(10000 * kMiB);
  CHECK_FALSE(forecast_of(slow, ledger_of(slow), leaks({10})));
}

}  // namespace lw
