// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thin_profiles.h"

#include <catch2/catch.hpp>

#include <map>

#include "analyzer/model/history.h"
#include "analyzer/model/load_profile.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

Process process_with(std::initializer_list<f64> times_s) {
  Process process;
  for (const f64 at_s : times_s) {
    process.profiles.push_back({at_s, static_cast<u64>(at_s) * 1'000'000'000, 0, DumpReason::kPeek, 1});
  }
  process.live.profile = static_cast<u32>(times_s.size()) - 1;
  return process;
}

std::vector<f64> times_of(const Process& process) {
  std::vector<f64> times_s;
  for (const Profile& profile : process.profiles) times_s.push_back(profile.taken_s);
  return times_s;
}

void thin(Process& process, size_t most, std::vector<u64> kept_unix_ns = {}) {
  LiveSet* const live[] = {&process.live};
  thin_profiles(process, live, most, kept_unix_ns);
}

}  // namespace

TEST_CASE("What lies closest to its neighbours is forgotten first, the ends never", "[thin]") {
  Process process = process_with({0, 1, 10, 20, 21, 22, 30});
  thin(process, 5);
  CHECK(times_of(process) == std::vector<f64>{0, 10, 20, 22, 30});
  CHECK(process.live.profile == 4);
  thin(process, 1);
  CHECK(times_of(process) == std::vector<f64>{0, 30});
}

TEST_CASE("A moment that is to be kept stays, whatever lies beside it", "[thin]") {
  Process process = process_with({0, 10, 11, 12, 30});
  thin(process, 2, {11'500'000'000});
  CHECK(times_of(process) == std::vector<f64>{0, 11, 30});
  CHECK(profile_at(process, 11'000'000'000) == 1u);
  CHECK(profile_at(process, 10'000'000'000) == 0u);
}

TEST_CASE("Series know at the profiles that are left what they knew", "[thin]") {
  SimulatedService service(3, 1);
  const u32 site = service.add_site(), idle = service.add_site();
  service.allocate(idle, 1, 100);
  service.arrivals(0, 100, 1, [&](f64 at_s) { service.allocate(site, at_s, 10, at_s + 30); });
  Observation observation = service.observe(100, 40);
  Process& process = observation.processes.front();
  const auto bytes_at = [&](u32 series) {
    std::map<f64, f64> bytes;
    for (const Level& level : levels_of({&process, &process.live, {series}})) bytes[level.at_s] = level.bytes;
    return bytes;
  };
  const std::map<f64, f64> before[] = {bytes_at(0), bytes_at(1)};
  thin(process, 7);
  REQUIRE(process.profiles.size() == 7);
  for (const u32 series : {0u, 1u}) {
    for (const auto& [at_s, bytes] : bytes_at(series)) CHECK(before[series].at(at_s) == bytes);
  }
}

TEST_CASE("A loader that has forgotten a process knows the others by their own", "[thin]") {
  ProfileLoader loader;
  const auto shot = [](u64 pid, u64 taken_s) {
    Snapshot snapshot;
    snapshot.process.pid = pid;
    snapshot.process.taken_ns = taken_s * 1'000'000'000;
    return snapshot;
  };
  for (const u64 pid : {1, 2, 3}) loader.add(shot(pid, 1));
  const Observation before = loader.so_far();
  loader.forget({&before.processes[0], &before.processes[1]});
  for (const u64 pid : {1, 3}) loader.add(shot(pid, 2));
  const Observation after = loader.so_far();
  REQUIRE(after.processes.size() == 2);
  CHECK(after.processes[0].pid == 3);
  CHECK(after.processes[0].profiles.size() == 2);
  CHECK(after.processes[1].profiles.size() == 1);
}

TEST_CASE("A loader that is thinned goes on", "[thin]") {
  SimulatedService service(3, 1);
  const u32 site = service.add_site();
  service.arrivals(0, 100, 1, [&](f64 at_s) { service.allocate(site, at_s, 10); });
  ProfileLoader loader;
  for (int look = 1; look <= 100; ++look) {
    loader.add(service.snapshot(look));
    loader.thin(10, {});
    REQUIRE(loader.so_far().processes.front().profiles.size() <= 10);
  }
  const Observation thinned = loader.so_far(), whole = service.observe(100, 100);
  const auto end = [](const Observation& observation) {
    return observation.processes.front().series.front().points.back().allocated;
  };
  CHECK(end(thinned) == end(whole));
  CHECK(thinned.processes.front().live.blocks.size() == whole.processes.front().live.blocks.size());
}

}  // namespace lw
