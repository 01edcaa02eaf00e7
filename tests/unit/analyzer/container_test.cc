// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/container.h"

#include <catch2/catch.hpp>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr f64 kRun_s = 600;

// A vector that grows by `factor` while `bytes_per_s` are put into it, until `until_s`.
void grow(SimulatedService& service, u32 site, f64 bytes_per_s, f64 factor, f64 until_s) {
  f64 room = 64, born_s = 0;
  for (;;) {
    const f64 full_s = room / bytes_per_s;
    const bool last = full_s >= until_s;
    service.allocate(site, born_s, static_cast<u64>(room), last ? kNever : full_s);
    if (last) return;
    born_s = full_s;
    room *= factor;
  }
}

Subject subject_of(const Observation& observation, u32 site) {
  return {&observation.processes[0], &observation.processes[0].live, {site}};
}

NamedStack stack_of(std::initializer_list<const char*> functions, size_t blamed) {
  NamedStack stack;
  for (const char* function : functions) {
    NamedFrame frame;
    frame.function = function;
    frame.named = true;
    stack.frames.push_back(frame);
  }
  stack.blamed = blamed;
  return stack;
}

}  // namespace

TEST_CASE("an array that grows by doubling, or by half, is told by its sizes") {
  for (const f64 factor : {2.0, 1.5}) {
    CAPTURE(factor);
    SimulatedService service(7, kInterval);
    const u32 site = service.add_site();
    grow(service, site, 50000, factor, kRun_s);
    const Observation observation = service.observe(kRun_s, 20);
    const auto container = container_by_sizes(subject_of(observation, site));
    REQUIRE(container);
    CHECK(container->by_sizes);
    CHECK(container->capacity_bytes >= 50000 * kRun_s);
    CHECK(container->capacity_bytes <= factor * 50000 * kRun_s);
    CHECK(container->steps >= 3);
  }
}

TEST_CASE("blocks that come and go in like sizes are no container") {
  SimulatedService service(7, kInterval);
  const u32 buffers = service.add_site(), leak = service.add_site();
  for (int i = 0; i < 40; ++i) service.allocate(buffers, i * 15.0, 1 << 20, i * 15.0 + 20);
  for (int i = 0; i < 40; ++i) service.allocate(leak, i * 15.0, 1 << 20, i % 2 == 0 ? kNever : i * 15.0 + 1);
  const Observation observation = service.observe(kRun_s, 20);
  CHECK_FALSE(container_by_sizes(subject_of(observation, buffers)));
  CHECK_FALSE(container_by_sizes(subject_of(observation, leak)));
}

TEST_CASE("the libraries' own names tell arrays from tables, up to the blamed frame and no further") {
  CHECK(container_by_frames(stack_of({"operator new", "std::vector<int>::_M_realloc_insert", "Log::add"}, 2)) ==
        ContainerKind::kArray);
  CHECK(container_by_frames(stack_of({"operator new", "std::_Hashtable<…>::_M_rehash", "Cache::put"}, 2)) ==
        ContainerKind::kTable);
  CHECK_FALSE(container_by_frames(stack_of({"operator new", "Session::Session", "std::vector<int>::reserve"}, 1)));
}

TEST_CASE("an array that is filled at a steady pace is told from one that has stopped, by its written pages") {
  const auto pace_of = [](f64 until_s, f64 touched) {
    SimulatedService service(7, kInterval);
    const u32 site = service.add_site();
    grow(service, site, 50000, 2, until_s);
    Observation observation = service.observe(kRun_s, 40);
    LiveBlock& block = observation.processes[0].live.blocks.front();
    block.resident = static_cast<u64>(touched);
    return fills_at_a_steady_pace(*container_by_sizes(subject_of(observation, site)), kRun_s);
  };
  CHECK(pace_of(kRun_s, 50000 * kRun_s));
  CHECK_FALSE(pace_of(0.75 * kRun_s, 50000 * 0.75 * kRun_s));
  CHECK_FALSE(pace_of(0.2 * kRun_s, 50000 * 0.2 * kRun_s));
}

TEST_CASE("an array of less than a mebibyte is not told to be filled for ever, whatever its pace") {
  ContainerCase array{
      .by_sizes = true, .largest_bytes = 2 << 20, .last_growth_s = 400, .touched_share = 0.75, .steps = 5};
  CHECK(fills_at_a_steady_pace(array, kRun_s));
  array.largest_bytes = 256 << 10;
  CHECK_FALSE(fills_at_a_steady_pace(array, kRun_s));
}

}  // namespace lw
