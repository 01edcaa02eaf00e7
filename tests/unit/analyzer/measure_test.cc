// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/measure.h"

#include <catch2/catch.hpp>

#include "analyzer/model/histograms.h"
#include "analyzer/model/memory_columns.h"
#include "analyzer/model/threads.h"
#include "analyzer/render/values.h"
#include "tests/unit/analyzer/simulated_service.h"
#include "tests/unit/analyzer/view_fixture.h"

namespace lw {
namespace {

using test::ViewFixture;

std::vector<SiteOfProcess> all_sites(const Report& report) {
  std::vector<SiteOfProcess> sites;
  for (const ProcessReport& process : report.processes) {
    for (const Assessment& site : process.sites) sites.emplace_back(process.process, &site);
  }
  return sites;
}

}  // namespace

TEST_CASE("byte-hours are the area under the level, its errors taken as dependent") {
  Level start, middle, end;
  middle.at_s = 10;
  middle.bytes = 100;
  middle.bytes_variance = 16;
  end.at_s = 20;
  end.bytes = 100;
  end.bytes_variance = 16;
  const SampledSum area = area_under({start, middle, end});
  CHECK(area.value == 500 + 1000);
  CHECK(area.variance == Approx((5 * 4 + 10 * 4) * (5 * 4 + 10 * 4)));
}

TEST_CASE("every measure of a site agrees with its assessment") {
  SimulatedService service(1, 1);
  const u32 site = service.add_site();
  for (int i = 0; i < 100; ++i) service.allocate(site, i, 10, i < 50 ? i + 1.0 : kNever);
  const Observation observation = service.observe(100, 10);
  const Process& process = observation.processes.front();
  const Assessment assessment = assess_sites(observation).front();
  const auto value = [&](const char* word) { return measure_by(word).amount(process, assessment).value; };
  CHECK(value("live_bytes") == 500);
  CHECK(value("live_count") == 50);
  CHECK(value("alloc_bytes") == 1000);
  CHECK(value("alloc_count") == 100);
  CHECK(value("growth") == Approx(assessment.bytes_per_s.value));
  CHECK(value("churn") == Approx(5));
  CHECK(value("lifetime") == assessment.died_by_s);
  CHECK(value("byte_hours") > 0);
}

TEST_CASE("sizes fall into doubling bins") {
  ViewFixture fixture;
  fixture.site("a", 1).site("b", 2).site("c", 3).site("d", 4).site("e", 7);
  fixture.observe();
  const std::vector<SizeBin> bins = size_histogram(all_sites(fixture.report));
  REQUIRE(bins.size() == 3);
  CHECK(bins[0].from == 1);
  CHECK(bins[1].from == 2);
  CHECK(bins[1].count.value == 2);
  CHECK(bins[2].from == 4);
  CHECK(bins[2].bytes.value == 11);
}

TEST_CASE("of blocks that all die, none outlives the last age") {
  SimulatedService service(1, 1);
  const u32 site = service.add_site();
  for (int i = 0; i < 1000; ++i) service.allocate(site, 0.01 * i, 10, 0.01 * i + (i % 2 == 0 ? 0.001 : 1.5));
  const Observation observation = service.observe(100, 4);
  const Report report = report_on(observation);
  const std::vector<LifetimeBin> bins = lifetime_histogram(all_sites(report));
  REQUIRE(bins.size() > 2);
  CHECK(bins.front().outlive == 1);
  CHECK(bins.front().freed.value == 500);
  CHECK(bins.back().outlive == Approx(0.5));
  CHECK(bins.back().freed.value == 500);
}

TEST_CASE("what is still alive is not taken for dead: the share that outlives is that of the leak") {
  SimulatedService service(1, 1);
  const u32 site = service.add_site();
  for (int i = 0; i < 1000; ++i) service.allocate(site, 0.05 * i, 10, i % 10 == 0 ? kNever : 0.05 * i + 0.01);
  const Observation observation = service.observe(100, 4);
  const Report report = report_on(observation);
  CHECK(lifetime_histogram(all_sites(report)).back().outlive == Approx(0.1).epsilon(0.02));
}

TEST_CASE("columns of the memory log carry the last point on") {
  std::vector<MemoryPoint> log(2);
  log[0].time_ns = 5'000'000'000;
  log[0].rss_bytes = 10;
  log[1].time_ns = 10'000'000'000;
  log[1].rss_bytes = 20;
  const std::vector<MemoryColumn> columns = memory_columns(log, 4);
  REQUIRE(columns.size() == 4);
  CHECK(columns[0].rss_bytes == 0);
  CHECK(columns[1].rss_bytes == 10);
  CHECK(columns[2].rss_bytes == 10);
  CHECK(columns[3].rss_bytes == 20);
  CHECK(columns[3].at_s == 10);
  CHECK(memory_columns({}, 4).empty());
}

TEST_CASE("threads of one name are one group, with what its threads hold") {
  ViewFixture fixture;
  fixture.add_thread(1, "main").add_thread(2, "worker").add_thread(3, "worker", true);
  fixture.site("a", 100, 0).site("b", 30, 1).site("c", 12, 2);
  const std::vector<ThreadGroup> groups = thread_groups(fixture.observe().processes.front());
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].name == "main");
  CHECK(groups[0].live_bytes.value == 100);
  CHECK(groups[1].threads == 2);
  CHECK(groups[1].running == 1);
  CHECK(groups[1].live_bytes.value == 42);
  CHECK(groups[1].allocations == 50);
}

TEST_CASE("only blocks of the wanted threads are kept") {
  ViewFixture fixture;
  fixture.add_thread(1, "main").add_thread(77, "worker");
  fixture.site("a", 100, 0).site("b", 30, 1);
  fixture.observe();
  Process& process = fixture.observation.processes.front();
  keep_threads(process, Expression("^work"));
  REQUIRE(process.live.blocks.size() == 1);
  CHECK(process.live.blocks[0].size == 30);
  CHECK(process.live.first.back() == 1);
  keep_threads(process, Expression("^77$"));
  CHECK(process.live.blocks.size() == 1);
}

TEST_CASE("an error has the unit of its value, or its own if it is larger") {
  CHECK(estimate_text(Unit::kBytes, {3.1 * 1048576, 2.8 * 1048576, 3.4 * 1048576}) == "3.1 MiB ±0.3");
  CHECK(estimate_text(Unit::kBytes, {0, -1048576, 1048576}) == "0.0 MiB ±1.0");
  CHECK(estimate_text(Unit::kBytes, {100, 100, 100}) == "100 B");
  CHECK(estimate_text(Unit::kBlocks, {18201, 16716, 19686}) == "18,201 ±1,485");
  CHECK(estimate_text(Unit::kByteHours, {1536, 1536, 1536}) == "1.5 KiB·h");
  CHECK(estimate_text(Unit::kSeconds, {0, 0, 0}) == "none died");
}

}  // namespace lw
