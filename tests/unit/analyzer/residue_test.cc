// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/residue.h"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/unit/analyzer/simulated_service.h"

namespace lw {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr f64 kRun_s = 600;
constexpr u64 kElements = 400000;

// Functions of the stacks of series 0, 1, …, from the blamed one outwards; `inner` is what the library calls it.
struct Code {
  std::string inner;
  std::vector<std::string> functions;
};

Names names_of(const Observation& observation, const std::vector<Code>& code) {
  Names names;
  const auto frame_of = [](const std::string& function, bool wrapper) {
    NamedFrame frame;
    frame.function = function;
    frame.named = true;
    frame.wrapper = wrapper;
    return frame;
  };
  for (size_t i = 0; i < code.size(); ++i) {
    NamedStack stack;
    stack.frames.push_back(frame_of(code[i].inner, true));
    stack.blamed = 1;
    for (const std::string& function : code[i].functions) stack.frames.push_back(frame_of(function, false));
    names.add(observation.processes[0].series[i].stack, stack);
  }
  return names;
}

const std::vector<Code> kIndex = {{"std::_Hashtable<…>::_M_rehash", {"Index::add", "load", "main"}},
                                  {"std::_Hashtable<…>::_M_allocate_node", {"Index::add", "load", "main"}}};

// A table whose room doubles while elements come, from `from_s` on for 100 s.
void fill(SimulatedService& service, u32 room, u32 elements, f64 from_s, const std::function<f64(f64)>& death,
          f64 room_death = kNever) {
  f64 born_s = from_s;
  for (u64 buckets = 16; buckets < 2 * kElements; buckets *= 2) {
    const f64 full_s = from_s + 100.0 * static_cast<f64>(buckets) / kElements;
    const bool last = buckets >= kElements;
    service.allocate(room, born_s, buckets * 8, last ? room_death : full_s);
    if (last) break;
    born_s = full_s;
  }
  for (u64 i = 0; i < kElements; i += 4) {
    const f64 at_s = from_s + 100.0 * static_cast<f64>(i) / kElements;
    service.allocate(elements, at_s, 4 * 48, death(at_s));
  }
}

std::vector<Assessment> residues_of(const std::function<void(SimulatedService&, u32 room, u32 elements)>& story,
                                    const std::vector<Code>& code = kIndex) {
  SimulatedService service(3, kInterval);
  const u32 room = service.add_site(), elements = service.add_site();
  story(service, room, elements);
  const Observation observation = service.observe(kRun_s, 60);
  const auto sites = assess_sites(observation);
  const auto found = residues(observation, sites, names_of(observation, code));
  for (size_t i = 0; i < sites.size() && !found.empty(); ++i) {
    CHECK(may_be_residue(observation.processes[0], sites[i]));
  }
  return found;
}

}  // namespace

TEST_CASE("the table of a container that was emptied and not shrunk is residue") {
  const auto found = residues_of([](SimulatedService& service, u32 room, u32 elements) {
    fill(service, room, elements, 0, [](f64) { return 150.0; });
  });
  REQUIRE(found.size() == 1);
  CHECK(found[0].verdict == Verdict::kResidue);
  CHECK(found[0].series == std::vector<u32>{0});
  REQUIRE(found[0].residue);
  CHECK(found[0].residue->emptied);
  CHECK(found[0].residue->kind == ContainerKind::kTable);
  CHECK(found[0].residue->capacity_bytes >= kElements * 8);
  CHECK(found[0].residue->contents_peak_bytes == Approx(kElements * 48).epsilon(0.2));
  CHECK(found[0].residue->since_s > 400);
}

TEST_CASE("room that is used, or will be again, or went with its elements, is no residue") {
  const auto at_once = [](f64) { return 150.0; };
  CHECK(residues_of([](SimulatedService& service, u32 room, u32 elements) {
          fill(service, room, elements, 0, [](f64) { return kNever; });
        }).empty());
  CHECK(residues_of([&](SimulatedService& service, u32 room, u32 elements) {
          fill(service, room, elements, 0, at_once);
          for (int round = 2; round < 6; ++round) {
            for (u64 i = 0; i < kElements / 4; ++i) {
              service.allocate(elements, round * 100, 4 * 48, round * 100 + 50);
            }
          }
        }).empty());
  CHECK(residues_of([](SimulatedService& service, u32 room, u32 elements) {
          fill(service, room, elements, 450, [](f64) { return 590.0; });
        }).empty());
}

TEST_CASE("elements of other code say nothing about a table") {
  const std::vector<Code> apart = {{"std::_Hashtable<…>::_M_rehash", {"Index::add", "load", "main"}},
                                   {"operator new", {"Parser::read", "compile", "main"}}};
  CHECK(residues_of([](SimulatedService& service, u32 room,
                       u32 elements) { fill(service, room, elements, 0, [](f64) { return 150.0; }); },
                    apart)
            .empty());
}

TEST_CASE("elements made beside the table by the same caller have left it empty") {
  const std::vector<Code> siblings = {{"std::_Hashtable<…>::_M_rehash", {"Index::add", "load", "main"}},
                                      {"operator new", {"make_entry", "load", "main"}}};
  const auto found = residues_of([](SimulatedService& service, u32 room,
                                    u32 elements) { fill(service, room, elements, 0, [](f64) { return 150.0; }); },
                                 siblings);
  REQUIRE(found.size() == 1);
  CHECK(found[0].confidence < 0.95);
}

TEST_CASE("a reserve that was never touched is residue, one that is used or young is not") {
  const auto residues_with = [](f64 touched, f64 birth_s, AllocKind kind = AllocKind::kMalloc) {
    SimulatedService service(3, kInterval);
    service.allocate(service.add_site(), birth_s, 64 << 20);
    Observation observation = service.observe(kRun_s, 12);
    observation.processes[0].live.blocks[0].resident = static_cast<u64>(touched * (64 << 20));
    observation.processes[0].live.blocks[0].kind = kind;
    return residues(observation, assess_sites(observation),
                    names_of(observation, {{"std::vector<int>::reserve", {"Buffer::Buffer", "main"}}}));
  };
  const auto found = residues_with(0.02, 1);
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].residue->emptied);
  CHECK(found[0].residue->capacity_bytes == Approx(64 << 20));
  CHECK(residues_with(0.6, 1).empty());
  CHECK(residues_with(0.02, 595).empty());
  CHECK(residues_with(0.02, 1, AllocKind::kMmap).empty());  // who maps memory himself knows that it is a reserve
}

}  // namespace lw
