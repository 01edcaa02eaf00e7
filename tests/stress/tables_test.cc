// SPDX-License-Identifier: Apache-2.0
// The tables as a watched process uses them: several threads enter and free samples, the live set runs full and is
// thinned beneath them, new stacks become sites, and snapshots are taken of it all. In the end the books must balance.
// Under ThreadSanitizer every access that is not ordered as its comment claims is an error.
#include <barrier>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <thread>
#include <vector>

#include "interposer/cold/bookkeeping.h"
#include "interposer/state/drops.h"
#include "interposer/state/memory_log.h"
#include "snapshot/reader.h"
#include "snapshot/weight.h"
#include "tests/stress/encoded.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u32 kThreads = 4;
constexpr u32 kSteps = 10000;
constexpr u32 kMostSamples = 256;  // the threads together want about 500 at a time, so there is something to thin
constexpr u32 kMostBlocks = 300;   // of one thread: too few to fill the live set alone
constexpr u32 kPlaces = 300;

struct Block {
  u64 address;
  u64 size;
};

// What one thread does: it owns its blocks, as malloc would have it; no two threads ever have the same address.
class Worker {
 public:
  explicit Worker(u32 number) : number_(number), random_(number + 1) {}

  // Waits with all its blocks until every thread has as many: on a busy machine they might run one after the other, and
  // the live set would never be full.
  void run(std::barrier<>& all_have_blocks) {
    u32 step = 0;
    while (step < kMostBlocks) give_birth(step++);
    all_have_blocks.arrive_and_wait();
    for (; step < kSteps; ++step) {
      if (blocks_.size() < 100 || (blocks_.size() < kMostBlocks && random_() % 2 == 0)) {
        give_birth(step);
      } else {
        free_at(random_() % blocks_.size());
      }
    }
    while (!blocks_.empty()) free_at(blocks_.size() - 1);
  }

 private:
  void give_birth(u32 step) {
    const Block block{(u64{number_ + 1} << 40) + (u64{step} << 12), 1 + random_() % 9000};
    blocks_.push_back(block);
    const u64 interval = load_relaxed(process().interval);
    if (std::uniform_real_distribution<f64>(0, 1)(random_) >= inclusion_probability(block.size, interval)) return;
    const Place place(random_() % kPlaces);
    bool is_new;
    LiveSample sample{};
    sample.address = block.address;
    sample.size = block.size;
    sample.birth_ns = monotonic_ns();
    sample.first_birth_ns = sample.birth_ns;
    sample.interval = interval;
    sample.site = find_or_make_site(place.stack(), sample.birth_ns, &is_new);
    book_birth(sample, sample.birth_ns);
  }

  // A block that was not chosen, or was thinned away, is not found; that is as it should be.
  void free_at(size_t index) {
    LiveSample sample;
    if (take_sample(blocks_[index].address, &sample)) {
      expect_same(sample.address, blocks_[index].address);
      expect_same(sample.size, blocks_[index].size);
      book_free(sample, FreeKind::kFree, monotonic_ns());
    }
    blocks_[index] = blocks_.back();
    blocks_.pop_back();
  }

  // Catch2's own checks are not for several threads at once.
  static void expect_same(u64 seen, u64 expected) {
    if (seen != expected) __atomic_fetch_add(&strangers, 1u, __ATOMIC_RELAXED);
  }

  u32 number_;
  std::mt19937_64 random_;
  std::vector<Block> blocks_;

 public:
  static inline u32 strangers = 0;
};

bool filter_is_empty() {
  for (const u8 counter : g_wiped.filter) {
    if (counter != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the books balance when threads allocate, free, thin and dump at the same time", "[stress]") {
  WatchedProcess watched(4096, kMinLiveBytes, kMostSamples);
  Worker::strangers = 0;
  u32 running = kThreads;
  std::barrier<> all_have_blocks(kThreads);
  std::vector<std::thread> threads;
  for (u32 number = 0; number < kThreads; ++number) {
    threads.emplace_back([number, &running, &all_have_blocks] {
      Worker(number).run(all_have_blocks);
      __atomic_fetch_sub(&running, 1u, __ATOMIC_RELEASE);
    });
  }
  std::vector<u8> scratch(kEncodeScratchBytes);
  u64 snapshots = 0, damaged = 0, most_alive = 0;
  while (load_acquire(running) != 0 || snapshots == 0) {
    log_memory(monotonic_ns(), false);
    const std::vector<u8> file = encoded(watched, scratch);
    const LoadedSnapshot loaded = read_snapshot(file, "test.lws");
    damaged += loaded.errors.empty() && loaded.snapshot ? 0 : 1;
    if (loaded.snapshot && loaded.snapshot->live.size() > most_alive) most_alive = loaded.snapshot->live.size();
    ++snapshots;
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(damaged == 0);
  CHECK(most_alive <= kMostSamples);
  CHECK(Worker::strangers == 0);
  CHECK(load_relaxed(process().interval) > 4096);  // or nothing was ever thinned
  CHECK(live_sample_count() == 0);
  CHECK(filter_is_empty());
  CHECK(watched.drop(DropReason::kMissedFree).count == 0);
  u64 born = 0, freed = 0;
  for (u32 number = 0; number < used_records(TableId::kSites); ++number) {
    born += WatchedProcess::site(number).samples;
    freed += WatchedProcess::frees(number).samples;
  }
  CHECK(born == freed);
  CHECK(born > 1000);
  CHECK(std::abs(process().live_totals.bytes) < 1.0);
}

}  // namespace lw::test
