// SPDX-License-Identifier: Apache-2.0
// How long blocks live: the histogram of a site is an estimate like any other.
#include "tests/unit/sampling/coverage.h"

namespace lw::test {
namespace {

u32 bin_of(u64 lifetime_ns) {
  u32 bin = 0;
  while (bin + 1 < kLifetimeBins && lifetime_ns >= u64{1} << (bin + 1 + kLifetimeFirstLog2)) ++bin;
  return bin;
}

}  // namespace

TEST_CASE("Lifetimes are counted in doubling bins from 65.5 µs on", "[sampling]") {
  WatchedProcess process(1);
  SimulatedProgram program(1);
  const auto bin_after = [&](u64 lifetime_ns) {
    process.begin_anew(1);
    SimulatedProgram one(2);
    const u64 address = one.allocate(10, Place(1));
    one.now_ns += lifetime_ns;
    one.free(address);
    const SiteFrees frees = process.frees(site_of(Place(1)));
    for (u32 bin = 0; bin < kLifetimeBins; ++bin) {
      if (frees.lifetime[bin] == 1) return bin;
    }
    return kLifetimeBins;
  };
  CHECK(bin_after(0) == 0);
  CHECK(bin_after(1) == 0);
  CHECK(bin_after(131'071) == 0);
  CHECK(bin_after(131'072) == 1);
  CHECK(bin_after(262'143) == 1);
  CHECK(bin_after(u64{1} << 40) == 24);
  CHECK(bin_after(u64{1} << 47) == 31);
  CHECK(bin_after(u64{1} << 62) == 31);
}

TEST_CASE("Lifetimes come out unbiased, through a full table and a change of the interval too", "[sampling]") {
  constexpr u64 kInterval = 4096, kSize = 100;
  WatchedProcess process(kInterval, kMinLiveBytes, 300);
  f64 truth[kLifetimeBins] = {}, seen[kLifetimeBins] = {}, squares[kLifetimeBins] = {};
  for (u64 seed = 0; seed < 300; ++seed) {
    process.begin_anew(kInterval);
    SimulatedProgram program(seed);
    f64 truth_of_run[kLifetimeBins] = {};
    struct Block {
      u64 address, death_ns;
    };
    std::vector<Block> waiting;
    for (u32 i = 0; i < 20'000; ++i) {
      const u64 lifetime_ns = u64{1} << (10 + program.random_below(40));
      truth_of_run[bin_of(lifetime_ns)] += 1;
      const u64 address = program.allocate(kSize, Place(1));
      if (address != 0) waiting.push_back({address, program.now_ns + lifetime_ns});
    }
    for (const Block& block : waiting) {
      program.now_ns = block.death_ns;
      program.free(block.address);
    }
    const SiteFrees frees = process.frees(site_of(Place(1)));
    for (u32 bin = 0; bin < kLifetimeBins; ++bin) {
      truth[bin] += truth_of_run[bin];
      seen[bin] += frees.lifetime[bin];
      squares[bin] += std::pow(frees.lifetime[bin] - truth_of_run[bin], 2);
    }
    REQUIRE(lw::process().interval > kInterval);
  }
  for (u32 bin = 0; bin < kLifetimeBins; ++bin) {
    CAPTURE(bin, truth[bin], seen[bin]);
    CHECK(std::fabs(seen[bin] - truth[bin]) < 3.5 * std::sqrt(squares[bin]));
    CHECK(std::fabs(seen[bin] - truth[bin]) < 0.1 * truth[bin]);
  }
}

}  // namespace lw::test
