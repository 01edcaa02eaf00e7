// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/load_profile.h"

#include <catch2/catch.hpp>

#include "snapshot/reader.h"

namespace lw {
namespace {

constexpr u64 kSecond = 1'000'000'000;

// A process with one site that has allocated `count` blocks of 100 bytes in exact mode.
Snapshot snapshot_of(u64 pid, u64 taken_s, u64 count, DumpReason reason = DumpReason::kPeriod) {
  Snapshot shot;
  shot.header.reason = reason;
  shot.header.sequence = taken_s;
  shot.process.pid = pid;
  shot.process.start_ticks = 10 * pid;
  shot.process.taken_ns = taken_s * kSecond;
  shot.process.interval = 1;
  shot.process.executable = "/bin/server";
  shot.mappings.push_back({0x1000, 0x9000, 0, 0, 0, "id", "/bin/server"});
  shot.stacks.push_back({0, 0, {0x2001, 0x3001}});
  SnapshotSite site;
  site.allocations = {count, static_cast<f64>(count), 100.0 * static_cast<f64>(count), 0, 0};
  site.lifetimes = {{3, 2.0}};
  shot.sites.push_back(site);
  shot.live.push_back({0x7000, 100, 500'000, 500'000, 1, 0, 0, 0, AllocKind::kMalloc, 0});
  return shot;
}

}  // namespace

TEST_CASE("snapshots of one process are ordered by time, whatever order they come in") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 30, 3));
  loader.add(snapshot_of(1, 10, 1));
  loader.add(snapshot_of(1, 20, 2));
  const Observation observation = loader.finish();
  REQUIRE(observation.processes.size() == 1);
  const Process& process = observation.processes[0];
  CHECK(process.profiles[0].taken_s == 10);
  CHECK(process.profiles[2].taken_s == 30);
  REQUIRE(process.series.size() == 1);
  REQUIRE(process.series[0].points.size() == 3);
  for (u32 i = 0; i < 3; ++i) {
    CHECK(process.series[0].points[i].profile == i);
    CHECK(process.series[0].points[i].allocated.count == i + 1);
  }
  CHECK(process.live.profile == 2);
  CHECK(process.duration_s() == 30);
}

TEST_CASE("the same snapshot given twice counts once") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 10, 1));
  loader.add(snapshot_of(1, 10, 1));
  CHECK(loader.finish().processes.at(0).profiles.size() == 1);
}

TEST_CASE("pids that come round again, other hosts and exec'ed images are other processes") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 10, 1));
  Snapshot later = snapshot_of(1, 10, 1);
  later.process.start_ticks = 77;
  loader.add(later);
  Snapshot elsewhere = snapshot_of(1, 10, 1);
  elsewhere.process.host = "other";
  loader.add(elsewhere);
  Snapshot image = snapshot_of(1, 10, 1);
  image.process.executable = "/bin/other";
  loader.add(image);
  CHECK(loader.finish().processes.size() == 4);
}

TEST_CASE("the same code at other addresses is the same stack") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 10, 1));
  Snapshot moved = snapshot_of(2, 10, 1);
  moved.mappings[0].start += 0x50000;
  moved.mappings[0].end += 0x50000;
  for (u64& frame : moved.stacks[0].frames) frame += 0x50000;
  loader.add(moved);
  const Observation observation = loader.finish();
  CHECK(observation.processes[0].series[0].stack == observation.processes[1].series[0].stack);
  const Stack stack = observation.code[observation.processes[0].series[0].stack];
  CHECK(observation.code[stack.frames[0]].offset == 0x1000);  // of the call, not of what follows it
}

TEST_CASE("a frame belongs to the object that was loaded when the stack was taken") {
  Snapshot shot = snapshot_of(1, 10, 1);
  shot.mappings = {{0x1000, 0x9000, 0, 0, 5, "old", "/lib/old.so"}, {0x1000, 0x9000, 0, 5, 0, "new", "/lib/new.so"}};
  shot.stacks[0].epoch = 4;
  shot.stacks.push_back({5, 0, {0x2001, 0x3001}});
  shot.sites.push_back(shot.sites[0]);
  shot.sites[1].stack = 1;
  ProfileLoader loader;
  loader.add(shot);
  const Observation observation = loader.finish();
  const auto module_of = [&](size_t series) {
    const Stack stack = observation.code[observation.processes[0].series[series].stack];
    return observation.code[observation.code[stack.frames[0]].module].path;
  };
  CHECK(module_of(0) == "/lib/old.so");
  CHECK(module_of(1) == "/lib/new.so");
}

TEST_CASE("code that was unloaded and loaded again is one series") {
  Snapshot shot = snapshot_of(1, 10, 1);
  shot.mappings = {{0x1000, 0x9000, 0, 0, 5, "id", "/lib/a.so"}, {0x20000, 0x28000, 0, 5, 0, "id", "/lib/a.so"}};
  shot.stacks.push_back({5, 0, {0x21001, 0x22001}});
  shot.sites.push_back(shot.sites[0]);
  shot.sites[1].stack = 1;
  ProfileLoader loader;
  loader.add(shot);
  const Observation observation = loader.finish();
  REQUIRE(observation.processes[0].series.size() == 1);
  CHECK(observation.processes[0].series[0].points[0].allocated.count == 2);
  CHECK(observation.processes[0].live.deaths[0][3] == 4);
}

TEST_CASE("an address in no object keeps its value") {
  Snapshot shot = snapshot_of(1, 10, 1);
  shot.stacks[0].frames = {0x999001};
  ProfileLoader loader;
  loader.add(shot);
  const Observation observation = loader.finish();
  const Frame& frame = observation.code[observation.code[observation.processes[0].series[0].stack].frames[0]];
  CHECK(frame.module == kNoModule);
  CHECK(frame.offset == 0x999000);
}

TEST_CASE("how a process ended, and what was alive before it did") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 10, 1));
  loader.add(snapshot_of(1, 20, 1, DumpReason::kExit));
  loader.add(snapshot_of(2, 10, 1));
  loader.add(snapshot_of(2, 20, 1, DumpReason::kKilled));
  loader.add(snapshot_of(3, 10, 1));
  const Observation observation = loader.finish();
  CHECK(observation.processes[0].ended == Ended::kExit);
  REQUIRE(observation.processes[0].before_exit);
  CHECK(observation.processes[0].before_exit->profile == 0);
  CHECK(observation.processes[0].live.profile == 1);
  CHECK(observation.processes[1].ended == Ended::kKilled);
  CHECK_FALSE(observation.processes[1].before_exit);
  CHECK(observation.processes[1].live.profile == 1);
  CHECK(observation.processes[2].ended == Ended::kRunning);
}

TEST_CASE("a site that did not move between snapshots has no point there") {
  ProfileLoader loader;
  for (u64 taken_s = 1; taken_s <= 5; ++taken_s) loader.add(snapshot_of(1, taken_s, 7));
  CHECK(loader.finish().processes.at(0).series.at(0).points.size() == 1);
}

TEST_CASE("who freed the blocks of a site, by the same code at whatever addresses, is one release") {
  Snapshot shot = snapshot_of(1, 10, 1);
  shot.stacks.push_back({0, 0, {0x4001, 0x3001}});
  shot.stacks.push_back({0, 0, {0x5001, 0x3001}});
  shot.stacks.push_back({0, 0, {0x4001, 0x3001}});  // seen in another epoch
  shot.releases = {{0, 2, 3 * kSecond, 1, 1, 100}, {0, 1, kSecond, 2, 20, 2000}, {0, 3, 2 * kSecond, 1, 10, 1000}};
  ProfileLoader loader;
  loader.add(snapshot_of(1, 5, 1));
  loader.add(shot);
  const Process process = loader.finish().processes.at(0);
  REQUIRE(process.releases.size() == 2);
  CHECK(process.releases[0].series == 0);
  CHECK(process.releases[0].count == 30);
  CHECK(process.releases[0].bytes == 3000);
  CHECK(process.releases[0].samples == 3);
  CHECK(process.releases[0].last_s == 2);
  CHECK(process.releases[1].count == 1);
  CHECK(process.releases[0].stack != process.releases[1].stack);
  CHECK(process.series.size() == 1);
}

TEST_CASE("a search beside threads that ran on is no picture of one moment, but as many looks as agreed at least") {
  for (const u32 beside : {0u, u32{kReachBesideThreads}}) {
    Snapshot shot = snapshot_of(1, 10, 1);
    shot.reach = ReachScan{ReachWhere::kExit, beside, kSecond, 1, 2, 3, 4};
    ProfileLoader loader;
    loader.add(shot);
    const LiveReach reach = loader.finish().processes.at(0).live.reach;
    CHECK(reach.looked);
    CHECK(reach.still == (beside == 0));
    CHECK(reach.looks == (beside == 0 ? 1 : kLeastLooksBesideThreads));
  }
}

TEST_CASE("threads, the search for pointers and what was found of blocks reach the model") {
  Snapshot shot = snapshot_of(1, 10, 1);
  shot.stacks.push_back({0, 0, {0x4001}});
  shot.threads.push_back({});
  shot.threads.push_back({77, kThreadEnded, kSecond, 3 * kSecond, 5, 4, 600, 0, 1, 1 << 20, "worker"});
  shot.reach = ReachScan{ReachWhere::kFork, kReachComplete, kSecond, 1, 2, 3, 4};
  shot.process.memory_total = 1 << 30;
  shot.live[0].thread = 1;
  shot.live[0].reach = Reach::kLost;
  shot.live[0].resident = 64 << 10;
  ProfileLoader loader;
  loader.add(shot);
  const Process process = loader.finish().processes.at(0);
  CHECK(process.memory_total == 1 << 30);
  REQUIRE(process.threads.size() == 2);
  CHECK(process.threads[1].name == "worker");
  CHECK(process.threads[1].start_s == 1);
  CHECK(process.threads[1].end_s == 3.0);
  CHECK(process.threads[1].made_by.has_value());
  CHECK_FALSE(process.threads[0].end_s.has_value());
  REQUIRE(process.reach.has_value());
  CHECK(process.reach->blocks == 4);
  CHECK(process.live.blocks.at(0).thread == 1);
  CHECK(process.live.blocks.at(0).reach == Reach::kLost);
  CHECK(process.live.blocks.at(0).resident == 64u << 10);
}

TEST_CASE("one pid in two containers, and one machine before and after it was started anew, are not one process") {
  ProfileLoader loader;
  loader.add(snapshot_of(1, 10, 1));
  Snapshot contained = snapshot_of(1, 20, 1);
  contained.process.pid_namespace = 4026531999;
  loader.add(contained);
  Snapshot rebooted = snapshot_of(1, 30, 1);
  rebooted.process.boot_id = "another";
  loader.add(rebooted);
  CHECK(loader.finish().processes.size() == 3);
}

namespace {

Snapshot snapshot_started_as(u64 pid, const std::string& name) {
  Snapshot shot = snapshot_of(pid, 10, 1);
  shot.process.name = name;
  return shot;
}

const std::string& name_of_the_module(const Observation& observation) {
  const CodeTable& code = observation.code;
  return code[code[code[observation.processes[0].series[0].stack].frames.front()].module].name;
}

}  // namespace

TEST_CASE("a program's own file is called as the program was started") {
  ProfileLoader loader;
  loader.add(snapshot_started_as(1, "redis-server"));
  loader.add(snapshot_started_as(2, "redis-server"));
  CHECK(name_of_the_module(loader.finish()) == "redis-server");
}

TEST_CASE("a file that was started under several names is called by its own") {
  ProfileLoader loader;
  loader.add(snapshot_started_as(1, "sh"));
  loader.add(snapshot_started_as(2, "bash"));
  loader.add(snapshot_started_as(3, "sh"));
  CHECK(name_of_the_module(loader.finish()) == "server");
}

TEST_CASE("a library is called by its file whoever loaded it") {
  Snapshot shot = snapshot_started_as(1, "redis-server");
  shot.mappings[0].path = "/lib/libc.so.6";
  ProfileLoader loader;
  loader.add(shot);
  CHECK(name_of_the_module(loader.finish()) == "libc.so.6");
}

// A running process looks up which objects were loaded a moment after it has kept stacks that lead through them.
TEST_CASE("a stack whose code was unknown at one look has its name and its history at the next") {
  ProfileLoader loader;
  Snapshot first = snapshot_of(1, 10, 1, DumpReason::kPeek), second = snapshot_of(1, 20, 2, DumpReason::kPeek);
  for (Snapshot* shot : {&first, &second}) shot->stacks[0].frames = {0x20001, 0x2001};
  second.mappings.push_back({0x20000, 0x21000, 0, 0, 0, "plugin", "/lib/plugin.so"});
  loader.add(first);
  loader.add(second);
  const Observation observation = loader.finish();
  const Process& process = observation.processes.at(0);
  REQUIRE(process.series.size() == 1);
  REQUIRE(process.series[0].points.size() == 2);
  const Frame& innermost = observation.code[observation.code[process.series[0].stack].frames.front()];
  REQUIRE(innermost.module != kNoModule);
  CHECK(observation.code[innermost.module].path == "/lib/plugin.so");
}

}  // namespace lw
