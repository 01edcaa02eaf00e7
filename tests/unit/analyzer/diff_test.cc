// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/diff.h"

#include <catch2/catch.hpp>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr f64 kRun_s = 600;

// A service whose sites hold steady levels; the site numbered `leaking` grows besides.
struct Run {
  Observation observation;
  Report report;
  Names names;

  Run(u64 seed, int sites, int leaking) {
    SimulatedService service(seed, kInterval);
    for (int i = 0; i < sites; ++i) {
      const u32 site = service.add_site();
      service.arrivals(0, kRun_s, 100,
                       [&](f64 at_s) { service.allocate(site, at_s, 4096, at_s + service.exponential(20)); });
      if (i == leaking) service.arrivals(0, kRun_s, 20, [&](f64 at_s) { service.allocate(site, at_s, 4096); });
    }
    observation = service.observe(kRun_s, 12);
    report = report_on(observation);
    for (int i = 0; i < sites; ++i) {
      NamedFrame frame;
      frame.function = "site" + std::to_string(i);
      frame.line = static_cast<u32>(seed);  // another build: lines have moved
      names.add(observation.processes[0].series[static_cast<size_t>(i)].stack, {{frame}, 0, false});
    }
  }
  DiffSide side() const { return {&observation, &report, &names}; }
};

// Several processes that do everything a healthy service does: requests, a cache that fills up, tables, batches; a
// leak if they are told to, and `load` times the requests.
struct Fleet {
  Observation observation;
  Report report;
  Names names;

  Fleet(u64 seed, int processes, u64 interval, f64 load = 1, f64 leaks_per_s = 0) {
    for (int number = 0; number < processes; ++number) {
      SimulatedService service(1000 * seed + static_cast<u64>(number), interval);
      live(service, load, leaks_per_s);
      Observation one = service.observe(kFleetRun_s, 8);
      one.processes[0].pid += static_cast<u64>(number);
      MemoryPoint point{};
      point.time_ns = static_cast<u64>(kFleetRun_s * 1e9);
      point.allocations = static_cast<u64>(load * 1e6);
      one.processes[0].memory.push_back(point);
      observation.processes.push_back(std::move(one.processes[0]));
      observation.code = std::move(one.code);  // the same in all of them
    }
    report = report_on(observation);
    for (const Series& series : observation.processes[0].series) {
      NamedFrame frame;
      frame.function = "site" + std::to_string(static_cast<u32>(series.stack));
      names.add(series.stack, {{frame}, 0, false});
    }
  }
  DiffSide side() const { return {&observation, &report, &names}; }
  // Each of them has done so much in all.
  void count_work(f64 done) {
    for (Process& process : observation.processes) {
      process.work = {{0, 0}, {kFleetRun_s, done}};
      process.counts_work = true;
    }
  }

 private:
  static constexpr f64 kFleetRun_s = 400;

  static void live(SimulatedService& s, f64 load, f64 leaks_per_s) {
    u32 requests[4];
    for (u32& site : requests) site = s.add_site();
    const u32 cache = s.add_site(), tables = s.add_site(), batch = s.add_site(), leak = s.add_site();
    u64 size = 500;
    for (const u32 site : requests) {
      size *= 3;
      s.arrivals(0, kFleetRun_s, 3 * load, [&](f64 at_s) { s.allocate(site, at_s, size, at_s + s.exponential(2)); });
    }
    s.arrivals(0, kFleetRun_s, 4, [&](f64 at_s) { s.allocate(cache, at_s, 2048, at_s + 60); });
    for (int i = 0; i < 200; ++i) s.allocate(tables, 2 * s.uniform(), 4096);
    const f64 phase = 60 * s.uniform();
    for (f64 at_s = phase; at_s < kFleetRun_s; at_s += 60) {
      for (int i = 0; i < 100; ++i) s.allocate(batch, at_s + 0.2 * i, 8192, at_s + 30);
    }
    s.arrivals(0, kFleetRun_s, leaks_per_s, [&](f64 at_s) { s.allocate(leak, at_s, 4096); });
  }
};

}  // namespace

TEST_CASE("two runs of the same service do not differ, in 99 of 100 seeds and more") {
  int noisy = 0, compared = 0;
  for (u64 seed = 1; seed <= 100; ++seed) {
    const u64 interval = seed % 3 == 0 ? 1 : 16 << 10;
    const int base_processes = 1 + static_cast<int>(seed % 4), new_processes = 1 + static_cast<int>(seed / 4 % 3);
    const Fleet base(seed, base_processes, interval, 1, 1), fresh(1000 + seed, new_processes, interval, 1, 1);
    ++compared;
    noisy += !changes_between(base.side(), fresh.side()).empty();
  }
  CHECK(compared == 100);
  CHECK(noisy <= 1);
}

TEST_CASE("twice the load is no change, and a leak under it still is one") {
  for (u64 seed = 1; seed <= 5; ++seed) {
    const Fleet base(seed, 1, 16 << 10), busier(100 + seed, 1, 16 << 10, 2), leaking(200 + seed, 1, 16 << 10, 2, 4);
    CHECK(changes_between(base.side(), busier.side()).empty());
    const std::vector<Change> changes = changes_between(base.side(), leaking.side());
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].grows_differently);
    CHECK(changes[0].growth_bytes_per_s.low < 4 * 4096);
    CHECK(changes[0].growth_bytes_per_s.high > 4 * 4096);
  }
}

TEST_CASE("twice as much for the same work is a change, though allocation calls alone would call it twice the load") {
  for (u64 seed = 1; seed <= 5; ++seed) {
    Fleet base(seed, 1, 16 << 10), dearer(100 + seed, 1, 16 << 10, 2);
    CHECK(changes_between(base.side(), dearer.side()).empty());
    base.count_work(4000);
    CHECK(changes_between(base.side(), dearer.side()).empty());  // only one side counts
    dearer.count_work(4000);
    const std::vector<Change> changes = changes_between(base.side(), dearer.side());
    REQUIRE(!changes.empty());
    for (const Change& change : changes) CHECK(change.alloc_bytes_per_s.low > 0);
  }
}

TEST_CASE("twice the counted work is no change, and a leak under it still is one") {
  for (u64 seed = 1; seed <= 5; ++seed) {
    Fleet base(seed, 2, 16 << 10), busier(100 + seed, 2, 16 << 10, 2), leaking(200 + seed, 2, 16 << 10, 2, 4);
    base.count_work(4000);
    busier.count_work(8000);
    leaking.count_work(8000);
    CHECK(changes_between(base.side(), busier.side()).empty());
    const std::vector<Change> changes = changes_between(base.side(), leaking.side());
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].grows_differently);
  }
}

TEST_CASE("what ran on one side only is named, not compared") {
  Fleet base(1, 2, 16 << 10), fresh(2, 2, 16 << 10);
  base.observation.processes[0].name = "master";
  CHECK(not_compared(base.side(), fresh.side()) == std::vector<std::string>{"master ran only in base: not compared"});
  CHECK(changes_between(base.side(), fresh.side()).empty());
  base.observation.processes[1].name = "master";  // one program on each side: the same one, renamed
  CHECK(not_compared(base.side(), fresh.side()).empty());
}

TEST_CASE("a leak that is new in the new build is the first change, matched by its function") {
  const Run base(1, 5, -1), fresh(2, 5, 3);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(!changes.empty());
  CHECK(changes[0].in_base);
  CHECK(changes[0].in_new);
  CHECK(changes[0].growth_bytes_per_s.low > 0);
  CHECK(changes[0].growth_bytes_per_s.low < 20 * 4096);
  CHECK(changes[0].growth_bytes_per_s.high > 20 * 4096);
  CHECK(fresh.names.site(changes[0].site.stack).function == "site3");
}

TEST_CASE("what was repaired is a change downwards") {
  const Run base(1, 5, 3), fresh(2, 5, -1);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(!changes.empty());
  CHECK(changes.back().growth_bytes_per_s.high < 0);
}

TEST_CASE("a site that exists on one side only is compared with nothing") {
  const Run base(1, 3, -1), fresh(2, 4, -1);
  const std::vector<Change> changes = changes_between(base.side(), fresh.side());
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].in_base);
  CHECK(changes[0].live_bytes.low > 0);
}

}  // namespace lw
