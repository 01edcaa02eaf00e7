// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thread_growth.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 600;
const StackNumber kAccept{100}, kPool{101};

Thread thread(StackNumber maker, f64 start_s, std::optional<f64> end_s = {}) {
  static u64 next_tid = 1;
  Thread made;
  made.tid = next_tid++;
  made.start_s = start_s;
  made.end_s = end_s;
  made.made_by = maker;
  made.stack_bytes = 8 << 20;
  return made;
}

// Thread number 0 stands for those without a record; the main thread has no maker.
Observation with_threads(std::vector<Thread> threads, f64 run_s = kRun_s) {
  SimulatedService service(1, 64 << 10);
  service.add_site();
  Observation observation = service.observe(run_s, 12);
  Process& process = observation.processes[0];
  process.threads = {Thread{}};
  Thread main;
  main.tid = 4711;
  process.threads.push_back(main);
  for (Thread& made : threads) process.threads.push_back(std::move(made));
  MemoryPoint point{};
  point.time_ns = static_cast<u64>(run_s * 1e9);
  point.threads = process.threads.size() - 1;
  point.stack_bytes = point.threads * (64 << 10);
  process.memory.push_back(point);
  return observation;
}

std::vector<Thread> one_in(f64 distance_s, const std::function<std::optional<f64>(f64)>& end) {
  std::vector<Thread> threads;
  for (f64 at_s = distance_s; at_s < kRun_s; at_s += distance_s) threads.push_back(thread(kAccept, at_s, end(at_s)));
  return threads;
}

}  // namespace

TEST_CASE("threads that never end are a finding at the code that makes them") {
  const Observation observation = with_threads(one_in(10, [](f64) { return std::nullopt; }));
  const auto findings = growing_threads(observation, 0);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kThread);
  CHECK(findings[0].stack == kAccept);
  CHECK(findings[0].confidence >= kLeastConfidence);
  REQUIRE(findings[0].thread);
  CHECK(findings[0].thread->running == 59);
  CHECK(findings[0].thread->threads_per_s.value == Approx(0.1).epsilon(0.2));
  CHECK(findings[0].live_bytes.value == Approx(59 * (64 << 10)).epsilon(0.05));
  CHECK(findings[0].bytes_per_s.value == Approx(0.1 * (64 << 10)).epsilon(0.2));
}

TEST_CASE("one thread in fifty that hangs is found among those that end") {
  std::vector<Thread> threads;
  for (int i = 0; i < 2000; ++i) {
    const f64 at_s = 0.3 * i;
    threads.push_back(thread(kAccept, at_s, i % 50 == 0 ? std::nullopt : std::optional(at_s + 0.2)));
  }
  const auto findings = growing_threads(with_threads(threads), 0);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].thread->running == 40);
  CHECK(findings[0].thread->ended == 1960);
}

TEST_CASE("threads whose maker went unseen are a finding only where no maker is known that leaves threads") {
  const auto never = [](f64) { return std::nullopt; };
  std::vector<Thread> threads = one_in(10, never), unseen = one_in(15, never);
  for (Thread& thread : unseen) thread.made_by.reset();
  const auto alone = growing_threads(with_threads(unseen), 0);
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].stack == kWholeProcess);
  threads.insert(threads.end(), unseen.begin(), unseen.end());
  const auto both = growing_threads(with_threads(threads), 0);
  REQUIRE(both.size() == 1);
  CHECK(both[0].stack == kAccept);
}

TEST_CASE("programs that look after their threads stay quiet") {
  std::vector<Thread> pool;
  for (int i = 0; i < 64; ++i) pool.push_back(thread(kPool, 0.01 * i));
  std::vector<Thread> grown_pool;
  for (int i = 0; i < 40; ++i) grown_pool.push_back(thread(kPool, 2.5 * i));
  const std::map<std::string, std::vector<Thread>> decoys = {
      {"a pool made at the start", pool},
      {"a pool that grew to its bound", grown_pool},
      {"one thread per request", one_in(0.5, [](f64 at_s) { return at_s + 2; })},
      {"one thread per connection",
       one_in(5, [](f64 at_s) { return at_s + 40 < kRun_s ? std::optional(at_s + 40) : std::nullopt; })},
      {"five threads", one_in(110, [](f64) { return std::nullopt; })},
  };
  for (const auto& [name, threads] : decoys) {
    CAPTURE(name);
    CHECK(growing_threads(with_threads(threads), 0).empty());
  }
}

TEST_CASE("a site that grows by one block for each thread grows with the threads, another does not") {
  std::vector<Thread> threads = one_in(6, [](f64) { return std::nullopt; });
  SimulatedService service(3, 1);  // exact, as large blocks are
  const u32 argument = service.add_site(), leak = service.add_site();
  for (const Thread& made : threads) service.allocate(argument, made.start_s - 0.001, 256);
  service.arrivals(0, kRun_s, 0.2, [&](f64 at_s) { service.allocate(leak, at_s, 256); });
  Observation observation = service.observe(kRun_s, 12);
  observation.processes[0].threads = with_threads(threads).processes[0].threads;
  const auto found = growing_threads(observation, 0);
  REQUIRE(found.size() == 1);
  const auto sites = assess_sites(observation);
  CHECK(grows_with_threads(observation.processes[0], sites[argument], found[0]));
  CHECK_FALSE(grows_with_threads(observation.processes[0], sites[leak], found[0]));

  Assessment finding = found[0];
  const f64 before = finding.live_bytes.value;
  add_to_threads(finding, sites[argument]);
  CHECK(finding.live_bytes.value == Approx(before + sites[argument].live_bytes.value));
  CHECK(finding.thread->heap_bytes == Approx(static_cast<f64>(threads.size()) * 256));
}

}  // namespace lw
