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

TEST_CASE("a limit that lies years ahead is none") {
  const Process process = leaking_process();
  Process slow = process_with_log(100, [](MemoryPoint& point, f64) { write_heap(point, 20 * kMiB, kMiB); });
  slow.memory_total = bytes(10000 * kMiB);
  CHECK_FALSE(forecast_of(slow, ledger_of(slow), leaks({10})));
}

}  // namespace lw
