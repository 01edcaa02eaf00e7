// SPDX-License-Identifier: Apache-2.0
// The governor with a clock, a load and costs that the test makes up.
#include "interposer/cold/governor.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "interposer/cold/next_interval.h"
#include "interposer/platform/next_allocator.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u64 kMsNs = 1'000'000, kSecondNs = 1000 * kMsNs;
constexpr f64 kBudget = 0.005;
constexpr f64 kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;

// A program that allocates at a constant rate and pays for each of its samples.
class Load {
 public:
  explicit Load(u64 seed) : random_(seed) { start_governor(now_ns_); }

  void run(f64 bytes_per_s, u64 duration_ns) {
    const u64 end_ns = now_ns_ + duration_ns;
    spent_ns_ = 0;
    narrowest_ = widest_ = interval();
    const u64 began_ns = now_ns_;
    for (;;) {
      const f64 distance = static_cast<f64>(draw_distance(random_, interval()));
      const u64 gap_ns = static_cast<u64>(distance / bytes_per_s * 1e9);
      if (now_ns_ + gap_ns > end_ns) break;
      sample(gap_ns);
    }
    now_ns_ = end_ns;
    share_ = static_cast<f64>(spent_ns_) / static_cast<f64>(end_ns - began_ns);
  }

  // From now on so many of a thousand stays walk code that was never seen before.
  void set_cold_stays(u32 of_a_thousand) { cold_of_a_thousand_ = of_a_thousand; }

  void sample(u64 gap_ns) {
    const bool is_cold = next_random(random_) % 1000 < cold_of_a_thousand_;
    sample_for(warm_cost(), is_cold ? 80'000 : 0, gap_ns);
  }

  void sample_for(u64 warm_ns, u64 cold_ns, u64 gap_ns) {
    const u64 cost_ns = warm_ns + cold_ns;
    now_ns_ += gap_ns + cost_ns;
    spent_ns_ += cost_ns;
    ++samples_;
    charge(Occasion::kSample, cost_ns, cold_ns, now_ns_);
    narrowest_ = std::min(narrowest_, interval());
    widest_ = std::max(widest_, interval());
  }

  static u64 interval() { return load_relaxed(process().interval); }
  f64 share() const { return share_; }
  u64 samples() const { return samples_; }
  u64 spent_ns() const { return spent_ns_; }
  u64 now_ns() const { return now_ns_; }
  u64 steps_between() const { return static_cast<u64>(std::log2(widest_ / narrowest_)); }

 private:
  u64 warm_cost() { return 800 + next_random(random_) % 1400; }  // walks of different depth

  u64 random_;
  u32 cold_of_a_thousand_ = 1;
  u64 now_ns_ = 100 * kSecondNs;
  u64 spent_ns_ = 0, samples_ = 0;
  u64 narrowest_ = 0, widest_ = 0;
  f64 share_ = 0;
};

}  // namespace

TEST_CASE("From 1 KiB/s to 10 GiB/s the governor keeps to its budget and to its interval", "[sampling]") {
  for (const f64 rate :
       {kKiB, 100 * kKiB, kMiB, 10 * kMiB, 50 * kMiB, 100 * kMiB, 300 * kMiB, kGiB, 3 * kGiB, 10 * kGiB}) {
    WatchedProcess process(kAuto);
    Load load(static_cast<u64>(rate));
    load.run(rate, 60 * kSecondNs);
    load.run(rate, 300 * kSecondNs);
    CAPTURE(rate, load.interval(), load.share());
    CHECK(load.share() <= 1.2 * kBudget);
    CHECK(load.steps_between() <= 1);
    if (load.interval() > kFirstInterval) CHECK(load.share() > 0.35 * kBudget);
  }
}

TEST_CASE("A storm widens the interval within milliseconds, and costs little until it has", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(1);
  CHECK(load.interval() == kFirstInterval);
  load.run(10 * kGiB, 25 * kMsNs);
  CHECK(load.interval() >= 2 * kFirstInterval);
  const u64 spent_ns = load.spent_ns();
  load.run(10 * kGiB, kSecondNs - 25 * kMsNs);
  CHECK(load.interval() >= 64 * kFirstInterval);
  CHECK(spent_ns + load.spent_ns() < 10 * kMsNs);
}

TEST_CASE("A program of a tenth of a second pays at most two hundredths of it, at any rate", "[sampling]") {
  for (const f64 rate : {kMiB, 10 * kMiB, 100 * kMiB, kGiB, 10 * kGiB}) {
    WatchedProcess process(kAuto);
    Load load(static_cast<u64>(rate));
    load.run(rate, 100 * kMsNs);
    CAPTURE(rate, load.interval(), load.samples());
    CHECK(load.spent_ns() <= 2 * kMsNs);
    CHECK(static_cast<f64>(load.samples()) >= std::min(rate / 10 / static_cast<f64>(kFirstInterval) * 0.5, 300.0));
  }
}

TEST_CASE("A short program that allocates little is followed as densely as ever", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(6);
  load.run(20 * kMiB, 200 * kMsNs);
  CHECK(load.interval() == kFirstInterval);
}

TEST_CASE("A few stays that took very long widen the interval by one step at most", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(7);
  for (int i = 0; i < 7; ++i) load.sample_for(2'000, 198'000, 100'000);
  CHECK(load.interval() == kFirstInterval);
  load.run(5 * kMiB, 100 * kMsNs);
  CHECK(load.interval() <= 2 * kFirstInterval);
}

TEST_CASE("What a young program paid for code that it walked for the first time is soon forgotten", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(8);
  for (int i = 0; i < 40; ++i) load.sample_for(2'000, 98'000, 100'000);
  REQUIRE(load.interval() >= 8 * kFirstInterval);
  load.run(5 * kMiB, 600 * kMsNs);
  CHECK(load.interval() == kFirstInterval);
}

TEST_CASE("A storm of frees does not widen the interval", "[sampling]") {
  WatchedProcess process(kAuto);
  u64 now_ns = 100 * kSecondNs;
  start_governor(now_ns);
  for (u32 i = 0; i < 100'000; ++i) charge(Occasion::kOther, 1000, 0, now_ns += 1100);
  CHECK(Load::interval() == kFirstInterval);
}

TEST_CASE("Code that is new again and again is within the budget, and does not keep the interval wide", "[sampling]") {
  for (const u32 cold : {30u, 100u, 300u, 1000u}) {
    for (const f64 rate : {kMiB, 5 * kMiB, 20 * kMiB, 100 * kMiB, kGiB}) {
      WatchedProcess process(kAuto);
      Load load(cold + static_cast<u64>(rate));
      load.set_cold_stays(cold);
      load.run(rate, 60 * kSecondNs);
      CAPTURE(cold, rate, load.interval(), load.share(), load.samples());
      CHECK(load.share() <= 1.25 * kBudget);  // of it 0.05 for what is granted at the start
      const f64 as_dense_as_affordable = 60 * kBudget * 1e9 / (1500.0 + cold * 80.0);
      CHECK(static_cast<f64>(load.samples()) >=
            0.4 * std::min(60 * rate / static_cast<f64>(kFirstInterval), as_dense_as_affordable));
    }
  }
}

TEST_CASE("When it is quiet again the interval narrows, by a few samples or by a few windows", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(2);
  load.run(10 * kGiB, 20 * kSecondNs);
  REQUIRE(load.interval() > 64 * kFirstInterval);

  SECTION("of a trickle") {
    const u64 before = load.samples();
    while (load.samples() < before + 8) load.run(100 * kKiB, kSecondNs);
    CHECK(load.interval() == kFirstInterval);
  }
  SECTION("of a brook") {
    load.run(20 * kMiB, 10 * kSecondNs);
    CHECK(load.interval() == kFirstInterval);
  }
}

TEST_CASE("Bursts are followed more densely than a steady load, within the same budget", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(3);
  f64 spent_ns = 0;
  constexpr u32 kBursts = 50;
  for (u32 i = 0; i < kBursts; ++i) {
    load.run(5 * kGiB, kSecondNs / 2);
    spent_ns += static_cast<f64>(load.spent_ns());
    load.run(kKiB, 10 * kSecondNs);
    spent_ns += static_cast<f64>(load.spent_ns());
  }
  CHECK(spent_ns / (kBursts * 10.5e9) < kBudget);
}

TEST_CASE("The governor does not narrow while the live table is a quarter full", "[sampling]") {
  WatchedProcess process(kAuto);
  Load load(4);
  widen_interval_to(64 * kFirstInterval);
  lw::process().live_samples = live_sample_capacity() / 4 + 1;
  load.run(kMiB, 3000 * kSecondNs);
  CHECK(load.interval() == 64 * kFirstInterval);
  lw::process().live_samples = live_sample_capacity() / 8;
  load.run(kMiB, 300 * kSecondNs);
  CHECK(load.interval() < 64 * kFirstInterval);
}

TEST_CASE("An interval that a person has set stays", "[sampling]") {
  WatchedProcess process(64 << 10);
  Load load(5);
  load.run(10 * kGiB, kSecondNs);
  CHECK(load.interval() == 64 << 10);
  load.run(kKiB, 1000 * kSecondNs);
  CHECK(load.interval() == 64 << 10);
}

TEST_CASE("Placement follows the interval from 1 KiB to a page, and is off below 4 KiB", "[sampling]") {
  CHECK(placement_for(1) == 0);
  CHECK(placement_for(4095) == 0);
  CHECK(placement_for(4096) == 1024);
  CHECK(placement_for(16 << 10) == 1024);
  CHECK(placement_for(64 << 10) == 4096);
  CHECK(placement_for(u64{1} << 40) == 4096);

  WatchedProcess process(kAuto);
  CHECK(g_free_mask == free_mask(1024, g_neighbour == Neighbour::kGlibc));
  widen_interval_to(1 << 20);
  CHECK(lw::process().placement == 4096);
  CHECK(g_free_mask ==
        free_mask(1024, g_neighbour == Neighbour::kGlibc));  // blocks of the dense beginning are still out there
}

}  // namespace lw::test
