// SPDX-License-Identifier: Apache-2.0
// Several things at once in one process: each cause is told once, and the one that can be acted on is blamed.
#include "analyzer/model/class_findings.h"

#include <catch2/catch.hpp>

#include "analyzer/model/findings.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr f64 kRun_s = 600;
constexpr u64 kInterval = 64 << 10;

Names names_of(const Observation& observation, const std::vector<std::pair<std::string, std::string>>& code) {
  Names names;
  for (size_t i = 0; i < code.size(); ++i) {
    NamedFrame inner, own, caller;
    inner.function = code[i].first;
    own.function = code[i].second;
    caller.function = "serve";
    inner.named = own.named = caller.named = inner.wrapper = true;
    names.add(observation.processes[0].series[i].stack, {{inner, own, caller}, 1, false});
  }
  return names;
}

std::vector<Assessment> findings_on(const Observation& observation, const Names& names) {
  const auto sites = assess_sites(observation);
  std::vector<Assessment> findings = findings_of(observation, sites, names, {});
  add_class_findings(observation, 0, sites, names, findings);
  return findings;
}

// Room for `elements_per_s` elements of eight bytes, which doubles; every doubling leaves a block that is freed.
void grow_room(SimulatedService& service, u32 site, f64 elements_per_s) {
  f64 born_s = 0;
  for (u64 room = 1024;; room *= 2) {
    const f64 full_s = static_cast<f64>(room) / elements_per_s;
    service.allocate(site, born_s, room * 8, full_s < kRun_s ? full_s : kNever);
    if (full_s >= kRun_s) return;
    born_s = full_s;
  }
}

}  // namespace

TEST_CASE("where elements and their room grow, the elements are blamed") {
  SimulatedService service(3, kInterval);
  const u32 room = service.add_site(), elements = service.add_site();
  grow_room(service, room, 2000);
  service.arrivals(0, kRun_s, 2000, [&](f64 at_s) { service.allocate(elements, at_s, 100); });
  Observation observation = service.observe(kRun_s, 40);
  for (LiveBlock& block : observation.processes[0].live.blocks) {
    if (block.series == room) block.resident = 2000 * 8 * static_cast<u64>(kRun_s);
  }
  const auto findings = findings_on(
      observation, names_of(observation, {{"std::vector<…>::_M_realloc_insert", "add"}, {"operator new", "make"}}));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].series == std::vector<u32>{elements});
  REQUIRE(findings[0].container);
  CHECK(findings[0].container->capacity_bytes >= 2000 * 8 * kRun_s);
}

TEST_CASE("an array that is filled all the time grows, though it is one block") {
  SimulatedService service(3, kInterval);
  const u32 room = service.add_site();
  grow_room(service, room, 20000);
  Observation observation = service.observe(kRun_s, 40);
  LiveBlock& block = observation.processes[0].live.blocks.at(0);
  const Names names = names_of(observation, {{"std::vector<…>::_M_realloc_insert", "log"}});
  block.resident = static_cast<u64>(20000 * 8 * kRun_s);
  auto findings = findings_on(observation, names);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kGrowing);
  CHECK(findings[0].bytes_per_s.value == Approx(20000 * 8).epsilon(0.05));

  block.resident = block.size * 35 / 100;  // it stopped long ago
  CHECK(findings_on(observation, names).empty());
}

TEST_CASE("what grows with threads that never end is told with them") {
  SimulatedService service(3, 1);
  const u32 state = service.add_site();
  std::vector<Thread> threads = {Thread{}};
  for (f64 at_s = 6; at_s < kRun_s; at_s += 6) {
    Thread thread;
    thread.tid = static_cast<u64>(at_s);
    thread.start_s = at_s;
    thread.made_by = StackNumber{77};
    threads.push_back(thread);
    service.allocate(state, at_s + 0.01, 4096);
  }
  Observation observation = service.observe(kRun_s, 12);
  observation.processes[0].threads = threads;
  Names names = names_of(observation, {{"operator new", "Worker::run"}});
  NamedFrame accept;
  accept.function = "Server::accept";
  names.add(StackNumber{77}, {{accept}, 0, false});
  const auto findings = findings_on(observation, names);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kThread);
  CHECK(findings[0].stack == StackNumber{77});
  CHECK(findings[0].thread->heap_bytes == Approx(99 * 4096));
  CHECK(findings[0].series == std::vector<u32>{state});
}

TEST_CASE("findings are in the order of urgency") {
  SimulatedService service(3, kInterval);
  const u32 reserve = service.add_site(), leak = service.add_site();
  service.allocate(reserve, 1, 64 << 20);
  service.arrivals(0, kRun_s, 100, [&](f64 at_s) { service.allocate(leak, at_s, 1024); });
  Observation observation = service.observe(kRun_s, 12);
  for (LiveBlock& block : observation.processes[0].live.blocks) {
    if (block.series == reserve) block.resident = 4096;
  }
  const auto findings =
      findings_on(observation, names_of(observation, {{"operator new", "reserve"}, {"operator new", "leak"}}));
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].verdict == Verdict::kGrowing);
  CHECK(findings[1].verdict == Verdict::kResidue);
}

}  // namespace lw
