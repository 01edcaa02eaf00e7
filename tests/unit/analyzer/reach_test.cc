// SPDX-License-Identifier: Apache-2.0
// From marks on blocks to `lost`.
#include "analyzer/model/reach.h"

#include <catch2/catch.hpp>

#include "analyzer/model/assess.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

// A service with `blocks` old blocks at one site, which do not grow; the first `lost` of them are marked so.
Observation service(u32 blocks, u32 lost) {
  SimulatedService simulated(1, 1);
  const u32 site = simulated.add_site();
  for (u32 i = 0; i < blocks; ++i) simulated.allocate(site, 1 + i * 1e-3, 100);
  Observation observation = simulated.observe(600, 3);
  LiveSet& live = observation.processes[0].live;
  live.reach.looked = true;
  live.reach.looks = 3;
  live.reach.holders = {"global g_cache (server)"};
  for (u32 i = 0; i < live.blocks.size(); ++i) {
    live.blocks[i].reach = i < lost ? Reach::kLost : Reach::kHeld;
    live.blocks[i].holder = i < lost ? 0 : 1;
  }
  return observation;
}

Assessment assessment_of(const Observation& observation) { return assess_sites(observation).front(); }

}  // namespace

TEST_CASE("a block that nothing points to is lost, growth or not") {
  const Assessment site = assessment_of(service(20, 1));
  CHECK(site.verdict == Verdict::kLost);
  CHECK(site.confidence > 0.9);
  CHECK(site.reach->lost_share() == Approx(0.05));
  REQUIRE(site.reach->holders.size() == 1);
  CHECK(site.reach->holders[0].first == "global g_cache (server)");
}

TEST_CASE("what is held is not lost, and what nobody looked for is neither") {
  CHECK(assessment_of(service(20, 0)).verdict != Verdict::kLost);
  Observation observation = service(20, 5);
  observation.processes[0].live.reach.looked = false;
  CHECK(assessment_of(observation).verdict != Verdict::kLost);
}

TEST_CASE("no more blocks than there are hidden registers: nothing is claimed") {
  Observation observation = service(20, 6);
  observation.processes[0].live.reach.hidden = 6;
  CHECK(assessment_of(observation).verdict != Verdict::kLost);
  observation.processes[0].live.reach.hidden = 5;
  CHECK(assessment_of(observation).verdict == Verdict::kLost);
}

TEST_CASE("one look at a process that runs is not enough, one at a core file is") {
  Observation observation = service(20, 6);
  observation.processes[0].live.reach.looks = 1;
  CHECK(assessment_of(observation).verdict != Verdict::kLost);
  observation.processes[0].live.reach.still = true;
  CHECK(assessment_of(observation).verdict == Verdict::kLost);
}

TEST_CASE("what a core file calls lost is less than certain, for epoll and timers are not in it") {
  Observation observation = service(20, 6);
  observation.processes[0].live.reach.still = true;
  observation.processes[0].live.reach.kernel_unseen = true;
  const Assessment site = assessment_of(observation);
  CHECK(site.verdict == Verdict::kLost);
  CHECK(site.confidence <= kWithoutKernel);
  CHECK(site.reach->kernel_unseen);
}

TEST_CASE("what is held by lost blocks alone counts as lost memory but is no head") {
  Observation observation = service(20, 10);
  LiveSet& live = observation.processes[0].live;
  for (u32 i = 1; i < 10; ++i) live.blocks[i].reach = Reach::kHeldByLost;
  const Assessment site = assessment_of(observation);
  CHECK(site.verdict == Verdict::kLost);
  CHECK(site.reach->heads == 1);
  CHECK(site.reach->by_lost == 9);
  CHECK(site.reach->lost_share() == Approx(0.5));
}

}  // namespace lw
