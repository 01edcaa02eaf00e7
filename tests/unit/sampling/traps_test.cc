// SPDX-License-Identifier: Apache-2.0
// Ways in which other samplers have been found to lie. In each the truth is known.
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "interposer/cold/reentry_guard.h"
#include "tests/unit/sampling/coverage.h"

namespace lw::test {
namespace {

constexpr u64 kKiB = 1024, kMiB = 1024 * kKiB;

}  // namespace

// Weighing the sums of a stack instead of its samples gave 828.5 MB and 1,721 objects here (jemalloc before 5.3).
TEST_CASE("Two sizes from one stack are both counted right", "[sampling]") {
  constexpr u64 kSmall = 16, kLarge = 512 * kKiB, kSmallCount = 1 << 25, kLargeCount = 1024;
  WatchedProcess process(512 * kKiB);
  Score bytes, count;
  u64 seed = 11;
  for (u32 run = 0; run < 400; ++run, ++seed) {
    process.begin_anew(512 * kKiB);
    SimulatedProgram program(seed);
    const Place place(1);
    program.allocate_many(kSmallCount, kSmall, place);
    program.allocate_many(kLargeCount, kLarge, place);
    const Sums sums = sums_of(place);
    bytes.add(sums.live_bytes, 1024.0 * kMiB);
    count.add(sums.live_count, kSmallCount + kLargeCount);
    CHECK(sums.live_bytes.value == Approx(1024.0 * kMiB).epsilon(0.15));
    CHECK(sums.live_count.value == Approx(33.5e6).epsilon(0.2));
  }
  check_score("bytes of both sizes", bytes, kSmallCount);
  check_score("objects of both sizes", count, kSmallCount);
}

// Always sampling blocks from the interval on, and weighing them all the same, counted 58 % too much (Go before 1.12).
TEST_CASE("An object as large as the interval is neither always nor too rarely chosen", "[sampling]") {
  constexpr u64 kInterval = 64 * kKiB, kBlocks = 200'000;
  WatchedProcess process(kInterval, 64 * kMiB);
  SimulatedProgram program(12);
  const Place place(1);
  const f64 chosen = static_cast<f64>(program.allocate_many(kBlocks, kInterval, place).size());
  const f64 p = 1 - std::exp(-1.0);
  CHECK(std::fabs(chosen - kBlocks * p) < 3 * std::sqrt(kBlocks * p * (1 - p)));
  CHECK(sums_of(place).live_count.value == Approx(kBlocks).epsilon(0.006));
}

TEST_CASE("The first allocation of 100,000 threads is chosen no more often than any other", "[sampling]") {
  constexpr u64 kThreads = 100'000, kSize = 64;
  WatchedProcess process(16 * kKiB);
  Score count;
  u64 seed = 13;
  for (u32 run = 0; run < 12; ++run, ++seed) {
    process.begin_anew(16 * kKiB);
    SimulatedProgram program(seed);
    for (u64 i = 0; i < kThreads; ++i) {
      if (i > 0) program.start_thread();
      program.allocate(kSize, Place(1));
    }
    count.add(sums_of_all().live_count, kThreads);
    const Counts counts = total_counts();
    CHECK(counts.allocations == kThreads);
    CHECK(counts.allocated_bytes == kThreads * kSize);
  }
  INFO("bias " << count.bias() << " standard errors");
  CHECK(std::fabs(count.bias()) < 3);
  CHECK(count.coverage() >= 10.0 / 12);
}

// A counter that samples every N-th call or byte meets the same half of such a pattern again and again.
TEST_CASE("A strictly periodic pattern is not met in step", "[sampling]") {
  constexpr u64 kInterval = 64 * kKiB, kPairs = 20'000;
  WatchedProcess process(kInterval);
  for (const u64 large : {kInterval - 64, kInterval / 2, u64{4096 - 64}}) {
    Score small_bytes, large_bytes;
    u64 seed = 14 + large;
    const u64 pairs = large == 4096 - 64 ? kPairs : kPairs / 16;
    for (u32 run = 0; run < 400; ++run, ++seed) {
      process.begin_anew(kInterval);
      SimulatedProgram program(seed);
      const Place small_place(1), large_place(2);
      for (u64 i = 0; i < pairs; ++i) {
        program.allocate(64, small_place);
        program.allocate(large, large_place);
      }
      if (large == 4096 - 64) small_bytes.add(sums_of(small_place).live_bytes, static_cast<f64>(pairs) * 64);
      large_bytes.add(sums_of(large_place).live_bytes, static_cast<f64>(pairs * large));
    }
    CAPTURE(large);
    if (large == 4096 - 64) check_score("the small half", small_bytes, static_cast<f64>(pairs));
    check_score("the large half", large_bytes, static_cast<f64>(pairs));
  }
}

TEST_CASE("Changing the interval in mid-run leaves the sums true", "[sampling]") {
  constexpr u64 kIntervals[] = {4 * kKiB, 1 * kMiB, 16 * kKiB, 256 * kKiB};
  WatchedProcess process(4 * kKiB);
  Score bytes, count;
  u64 seed = 15;
  for (u32 run = 0; run < 2000; ++run, ++seed) {
    process.begin_anew(4 * kKiB);
    SimulatedProgram program(seed);
    f64 truth_bytes = 0, truth_count = 0;
    for (u32 phase = 0; phase < 8; ++phase) {
      store_relaxed(lw::process().interval, kIntervals[phase % 4]);
      const u64 size = phase < 4 ? 100 : 5000;
      const u64 blocks = 2'000'000 / size;
      program.allocate_many(blocks, size, Place(1));
      truth_bytes += static_cast<f64>(blocks * size);
      truth_count += static_cast<f64>(blocks);
    }
    bytes.add(sums_of_all().live_bytes, truth_bytes);
    count.add(sums_of_all().live_count, truth_count);
  }
  check_score("bytes over changing intervals", bytes, 10'000);
  check_score("count over changing intervals", count, 10'000);
}

// Their bytes must not be taken off the countdown, or the next real allocation would stand for them.
TEST_CASE("What leakwatch itself allocates is a drop and changes no other estimate", "[sampling]") {
  constexpr u64 kInterval = 64 * kKiB;
  WatchedProcess process(kInterval);
  Score bytes;
  u64 seed = 16;
  for (u32 run = 0; run < 1000; ++run, ++seed) {
    process.begin_anew(kInterval);
    SimulatedProgram program(seed);
    u64 muted_samples = 0;
    for (u32 i = 0; i < 2000; ++i) {
      program.allocate(1000, Place(1));
      ReentryGuard guard(*t_slot);
      muted_samples += program.allocate(3000, Place(2)) != 0;
    }
    CHECK(muted_samples == 0);
    bytes.add(sums_of_all().live_bytes, 2000.0 * 1000);
    CHECK(process.drop(DropReason::kMuted).count == 2000);
    CHECK(process.drop(DropReason::kMuted).bytes == 2000.0 * 3000);
    CHECK(total_counts().allocations == 2000);
    CHECK(total_counts().allocated_bytes == 2000 * 1000);
  }
  check_score("bytes around muted sections", bytes, 2000);
}

TEST_CASE("A missed free is found when its address comes back, and booked with the site it belongs to", "[sampling]") {
  constexpr u64 kBlocks = 100;
  WatchedProcess process(1);
  SimulatedProgram program(17);
  const Place first(1), second(2);
  std::vector<u64> addresses;
  for (u64 i = 0; i < kBlocks; ++i) addresses.push_back(program.allocate(50, first));
  for (const u64 address : addresses) program.allocate_at(address, 70, second);
  CHECK(sums_of(first).live_count.value == 0);
  CHECK(sums_of(first).live_bytes.value == 0);
  CHECK(sums_of(second).live_bytes.value == kBlocks * 70.0);
  CHECK(live_sample_count() == kBlocks);
  CHECK(process.drop(DropReason::kMissedFree).count == kBlocks);
  CHECK(process.drop(DropReason::kMissedFree).bytes == kBlocks * 50.0);
  f64 lifetimes = 0;
  for (const f64 bin : process.frees(site_of(first)).lifetime) lifetimes += bin;
  CHECK(lifetimes == 0);  // when it was freed nobody knows
}

TEST_CASE("Forked siblings and threads draw different distances", "[sampling]") {
  constexpr u32 kChildren = 16;
  int channel[2];
  REQUIRE(pipe(channel) == 0);
  for (u32 i = 0; i < kChildren; ++i) {
    if (fork() == 0) {
      u64 state = fresh_seed(42);
      const u64 drawn = draw_distance(state, 1 << 30);
      _exit(write(channel[1], &drawn, sizeof drawn) == sizeof drawn ? 0 : 1);
    }
  }
  std::set<u64> drawn;
  for (u32 i = 0; i < kChildren; ++i) {
    u64 distance = 0;
    REQUIRE(read(channel[0], &distance, sizeof distance) == sizeof distance);
    drawn.insert(distance);
    wait(nullptr);
  }
  close(channel[0]);
  close(channel[1]);
  CHECK(drawn.size() == kChildren);

  WatchedProcess process(64 * kKiB);
  std::set<u64> of_threads;
  for (u32 i = 0; i < 100; ++i) {
    use_slot(&nobodys_slot());
    const bool chosen = !passes_unsampled(1);
    REQUIRE(chosen);
    admit(1);
    of_threads.insert(t_slot->random);
  }
  CHECK(of_threads.size() == 100);
}

TEST_CASE("An empty block is never chosen, and does not use up the countdown", "[sampling]") {
  WatchedProcess process(4 * kKiB);
  SimulatedProgram program(18);
  program.allocate(16, Place(1));
  const i64 before = left_of(*t_slot, t_slot->countdown).bytes;
  for (u32 i = 0; i < 10'000; ++i) program.allocate(0, Place(2));
  CHECK(live_sample_count() == 0);
  CHECK(left_of(*t_slot, t_slot->countdown).bytes == before);
  CHECK(total_counts().allocations == 10'001);
}

TEST_CASE("A call that fails is no sample, and its bytes were not allocated", "[sampling]") {
  constexpr u64 kHuge = u64{1} << 63;
  WatchedProcess process(64 * kKiB);
  Score bytes;
  u64 seed = 19;
  for (u32 run = 0; run < 500; ++run, ++seed) {
    process.begin_anew(64 * kKiB);
    SimulatedProgram program(seed);
    u64 passed = 0;
    for (u32 i = 0; i < 2000; ++i) {
      program.allocate(1000, Place(1));
      for (const u64 failing : {kHuge, u64{1} << 40}) {
        passed += passes_unsampled(failing);
        if (failing > kMostBytes) {
          give_back(failing);
        } else {
          admit(failing);
        }
      }
    }
    CHECK(passed == 0);
    CHECK(total_counts().allocations == 2000);
    CHECK(total_counts().allocated_bytes == 2'000'000);
    bytes.add(sums_of_all().live_bytes, 2'000'000);
  }
  check_score("bytes between failing calls", bytes, 2000);
}

}  // namespace lw::test
