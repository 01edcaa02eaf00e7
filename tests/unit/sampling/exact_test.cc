// SPDX-License-Identifier: Apache-2.0
// An interval of 1: nothing is estimated any more.
#include "tests/unit/sampling/coverage.h"

namespace lw::test {

TEST_CASE("Exact mode is exact to the byte, after a million frees too", "[sampling]") {
  WatchedProcess process(1, 16 << 20);
  SimulatedProgram program(1);
  struct Block {
    u64 address, size, place;
  };
  std::vector<Block> blocks;
  u64 live_bytes[4] = {}, live_count[4] = {}, allocated[4] = {};
  for (u32 i = 0; i < 1'000'000; ++i) {
    const u64 size = program.random_below(16) == 0 ? program.random_below(u64{1} << 40) : program.random_below(200);
    const u64 place = program.random_below(4);
    blocks.push_back({program.allocate(size, Place(place)), size, place});
    live_bytes[place] += size;
    live_count[place] += 1;
    allocated[place] += size;
    if (blocks.size() <= 2000) continue;
    std::swap(blocks[program.random_below(blocks.size())], blocks.back());
    const Block gone = blocks.back();
    blocks.pop_back();
    program.free(gone.address);
    live_bytes[gone.place] -= gone.size;
    live_count[gone.place] -= 1;
  }
  for (u64 place = 0; place < 4; ++place) {
    const Sums sums = sums_of(Place(place));
    CHECK(sums.live_bytes.value == static_cast<f64>(live_bytes[place]));
    CHECK(sums.live_count.value == static_cast<f64>(live_count[place]));
    CHECK(sums.allocated_bytes.value == static_cast<f64>(allocated[place]));
    CHECK(sums.live_samples == live_count[place]);
    CHECK(sums.live_bytes.variance == 0);
    CHECK(sums.allocated_count.variance == 0);
  }
  CHECK(live_sample_count() == blocks.size());
  const Counts counts = total_counts();
  CHECK(counts.allocations == 1'000'000);
  CHECK(counts.allocated_bytes == allocated[0] + allocated[1] + allocated[2] + allocated[3]);
}

TEST_CASE("Exact mode records empty blocks as well", "[sampling]") {
  WatchedProcess process(1);
  SimulatedProgram program(2);
  const u64 kept = program.allocate(0, Place(1));
  const u64 freed = program.allocate(0, Place(1));
  CHECK((kept != 0 && freed != 0));
  program.free(freed);
  CHECK(sums_of(Place(1)).live_count.value == 1);
  CHECK(sums_of(Place(1)).live_bytes.value == 0);
}

}  // namespace lw::test
