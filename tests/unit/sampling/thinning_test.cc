// SPDX-License-Identifier: Apache-2.0
// A full table: the interval grows, samples are thinned, and every sum stays true.
#include "interposer/cold/thinning.h"

#include "tests/unit/sampling/coverage.h"

namespace lw::test {
namespace {

constexpr u64 kKiB = 1024;
constexpr u32 kRoom = 400;  // live samples

struct Block {
  u64 address;  // 0: not sampled
  u64 size;
};

// A program whose live set is several times what the table could hold at the first interval, while blocks come and go.
struct GrowingProgram {
  explicit GrowingProgram(u64 seed) : program(seed) {
    for (u32 round = 0; round < 3; ++round) {
      for (u32 i = 0; i < 700; ++i) make(2000, 1);
      for (u32 i = 0; i < 4000; ++i) make(150, 2);
      release_a_third();
    }
  }

  void make(u64 size, u64 place) {
    blocks.push_back({program.allocate(size, Place(place)), size});
    allocated_bytes += static_cast<f64>(size);
  }

  void release_a_third() {
    std::vector<Block> left;
    for (const Block& block : blocks) {
      if (program.chance(1.0 / 3)) {
        program.free(block.address);
      } else {
        left.push_back(block);
      }
    }
    blocks = left;
  }

  f64 live_bytes() const {
    f64 bytes = 0;
    for (const Block& block : blocks) bytes += static_cast<f64>(block.size);
    return bytes;
  }

  SimulatedProgram program;
  std::vector<Block> blocks;
  f64 allocated_bytes = 0;
};

// The same sums from the samples themselves, as a report makes them.
Sums sums_of_samples() {
  Sums sums;
  for (u32 i = 0; i < used_records(TableId::kLive); ++i) {
    const LiveSample& sample = records<LiveSample>(TableId::kLive)[i];
    if (sample.address == 0) continue;
    const Weight weight = weight_of(sample.size, sample.interval);
    sums.live_bytes.value += weight.bytes;
    sums.live_bytes.variance += weight.bytes_variance;
    sums.live_count.value += weight.count;
    sums.live_count.variance += weight.count_variance;
    sums.live_samples += 1;
  }
  return sums;
}

}  // namespace

TEST_CASE("A full table keeps all estimates true", "[sampling]") {
  WatchedProcess process(4 * kKiB, kMinLiveBytes, kRoom);
  Score live_bytes, live_count, allocated;
  for (u64 seed = 0; seed < 2000; ++seed) {
    process.begin_anew(4 * kKiB);
    const GrowingProgram program(seed);
    REQUIRE(lw::process().interval >= 8 * kKiB);
    const Sums sums = sums_of_all();
    live_bytes.add(sums.live_bytes, program.live_bytes());
    live_count.add(sums.live_count, static_cast<f64>(program.blocks.size()));
    allocated.add(sums.allocated_bytes, program.allocated_bytes);
    REQUIRE(process.drop(DropReason::kLiveTableFull).count == 0);
    REQUIRE(live_sample_count() <= kRoom / 4 * 3 + 1);
    REQUIRE(live_sample_count() == sums.live_samples);
  }
  check_score("live bytes after thinning", live_bytes, 1000);
  check_score("live count after thinning", live_count, 1000);
  check_score("allocated bytes after thinning", allocated, 1000);
}

TEST_CASE("After thinning the sums of the sites are those of the samples", "[sampling]") {
  WatchedProcess process(4 * kKiB, kMinLiveBytes, kRoom);
  for (u64 seed = 0; seed < 50; ++seed) {
    process.begin_anew(4 * kKiB);
    const GrowingProgram program(seed);
    const Sums by_site = sums_of_all(), by_sample = sums_of_samples();
    CHECK(by_site.live_samples == by_sample.live_samples);
    CHECK(by_site.live_bytes.value == Approx(by_sample.live_bytes.value).epsilon(1e-9));
    CHECK(by_site.live_count.value == Approx(by_sample.live_count.value).epsilon(1e-9));
    CHECK(by_site.live_bytes.variance == Approx(by_sample.live_bytes.variance).epsilon(1e-6));
    CHECK(lw::process().live_totals.bytes == Approx(by_sample.live_bytes.value).epsilon(1e-9));
    CHECK(lw::process().live_totals.count == Approx(by_sample.live_count.value).epsilon(1e-9));
  }
}

TEST_CASE("A sample stays with the chance that it would have had from the beginning", "[sampling]") {
  constexpr u64 kSize = 5000, kFrom = 4 * kKiB, kTo = 32 * kKiB, kBlocks = 100'000;
  WatchedProcess process(kFrom, 32 << 20);
  SimulatedProgram program(3);
  const f64 before = static_cast<f64>(program.allocate_many(kBlocks, kSize, Place(1)).size());
  store_relaxed(lw::process().live_samples, u64{live_sample_capacity()});  // as if it were full
  store_relaxed(lw::process().interval, kTo / 2);
  thin_live_set(1);
  const f64 stayed = static_cast<f64>(sums_of_samples().live_samples);
  const f64 share = inclusion_probability(kSize, kTo) / inclusion_probability(kSize, kFrom);
  CHECK(lw::process().interval == kTo);
  CHECK(std::fabs(stayed - before * share) < 3 * std::sqrt(before * share * (1 - share)));
  CHECK(sums_of_all().live_bytes.value == Approx(f64{kBlocks} * kSize).epsilon(0.03));
}

TEST_CASE("The second thinning doubles as far as it must, and large blocks stay", "[sampling]") {
  WatchedProcess process(4 * kKiB, kMinLiveBytes, kRoom);
  SimulatedProgram program(4);
  for (u32 i = 0; i < 400; ++i) program.allocate(64 * kKiB, Place(1));  // all sampled; at twice the interval still
  CHECK(lw::process().interval == 128 * kKiB);
  CHECK(live_sample_count() < kRoom / 4 * 3);
  CHECK(sums_of(Place(1)).live_count.value == Approx(400).epsilon(0.2));
}

TEST_CASE("Exact mode ends at the first thinning, and says so", "[sampling]") {
  WatchedProcess process(1, kMinLiveBytes, kRoom);
  SimulatedProgram program(5);
  CHECK((process.live().process_flags & kProcessExact) != 0);
  for (u32 i = 0; i < kRoom; ++i) program.allocate(100, Place(1));
  CHECK((process.live().process_flags & kProcessExact) == 0);
  CHECK(lw::process().interval > 1);
  CHECK(process.live().interval == lw::process().interval);
}

TEST_CASE("An interval set by a person is never made denser by thinning", "[sampling]") {
  constexpr u64 kWide = u64{1} << 32;
  WatchedProcess process(kWide, kMinLiveBytes, kRoom);
  SimulatedProgram program(6);
  for (u32 i = 0; i < kRoom; ++i) program.allocate(kWide * 4, Place(1));
  CHECK(lw::process().interval > kWide);
}

}  // namespace lw::test
