// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/selftest.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

// A process that leaked `blocks` of 4,000 bytes in exact mode, by the self-test's library and by somebody else.
Observation leaky_process(u32 blocks, u64 start_unix_ns) {
  Observation observation;
  const ModuleNumber own = observation.code.module("/usr/lib/libleakwatch_selftest.so", "");
  const ModuleNumber other = observation.code.module("/usr/bin/server", "");
  const FrameNumber from_main = observation.code.frame({other, 0x100});
  Process process;
  process.pid = 7;
  process.start_unix_ns = start_unix_ns;
  process.profiles = {{10, start_unix_ns, 0, DumpReason::kExit, 1}};
  process.live.known = true;
  for (const ModuleNumber module : {own, other}) {
    const std::vector<FrameNumber> frames = {observation.code.frame({module, 0x200}), from_main};
    const u32 number = static_cast<u32>(process.series.size());
    Tally tally;
    tally.count = blocks;
    tally.bytes = 4000.0 * blocks;
    tally.samples = blocks;
    process.series.push_back({.stack = observation.code.stack(frames, 0), .last_s = 10, .points = {{tally, {}, 0}}});
    process.live.first.push_back(static_cast<u32>(process.live.blocks.size()));
    for (u32 i = 0; i < blocks; ++i) {
      process.live.blocks.push_back({.birth_s = i * 0.01,
                                     .address = 0,
                                     .size = 4000,
                                     .interval = 1,
                                     .series = number,
                                     .kind = AllocKind::kMalloc,
                                     .flags = 0});
    }
    process.live.deaths.emplace_back();
  }
  process.live.first.push_back(static_cast<u32>(process.live.blocks.size()));
  observation.processes.push_back(process);
  return observation;
}

Truth truth_of(u32 blocks, u64 start_unix_ns) { return {7, 0, start_unix_ns, blocks, 4000ull * blocks, 1'000'000'000}; }

}  // namespace

TEST_CASE("only beyond the limits of one in a thousand an estimate is wrong") {
  const Estimate estimate{100, 80.4, 119.6};  // a standard error of 10
  CHECK(place_of(100, estimate) == Place::kInside);
  CHECK(place_of(119, estimate) == Place::kInside);
  CHECK(place_of(125, estimate) == Place::kNearby);
  CHECK(place_of(68, estimate) == Place::kNearby);
  CHECK(place_of(134, estimate) == Place::kOutside);
  CHECK(place_of(66, estimate) == Place::kOutside);
}

TEST_CASE("a count without error is right only if it is the truth") {
  CHECK(place_of(50, {50, 50, 50}) == Place::kInside);
  CHECK(place_of(51, {50, 50, 50}) == Place::kOutside);
}

TEST_CASE("of a process's blocks those of the self-test's library are compared") {
  const auto results = compare_with_truth(leaky_process(30, 1000), {truth_of(30, 1000)});
  REQUIRE(results.size() == 1);
  CHECK(results[0].enough);
  CHECK(results[0].passed());
  CHECK(results[0].estimated.live_count.value == 30);
  CHECK_FALSE(compare_with_truth(leaky_process(29, 1000), {truth_of(30, 1000)})[0].passed());
}

TEST_CASE("an exec keeps the pid, and its truth is another") {
  const auto results = compare_with_truth(leaky_process(30, 2000), {truth_of(99, 1000), truth_of(30, 2000)});
  REQUIRE(results.size() == 1);
  CHECK(results[0].truth.blocks == 30);
  CHECK(compare_with_truth(leaky_process(30, 3000), {truth_of(99, 1000)}).empty());
}

TEST_CASE("a leak of too few expected samples proves nothing") {
  Observation observation = leaky_process(30, 1000);
  observation.processes[0].profiles[0].interval = 64 << 10;
  CHECK_FALSE(compare_with_truth(observation, {truth_of(30, 1000)})[0].enough);
}

}  // namespace lw
