// SPDX-License-Identifier: Apache-2.0
// When the process raises an alarm about itself: simulated memory logs with known stories.
#include "interposer/state/alarm.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace lw::test {
namespace {

constexpr u64 kSecondNs = 1'000'000'000;
constexpr f64 kMiB = 1 << 20;

// A memory log with a point a second; counts the alarms.
class Log {
 public:
  explicit Log(AlarmLimits limits = {}) : limits_(limits) {}

  bool add(f64 live_bytes, f64 resident_bytes = 200 * kMiB) {
    MemoryPoint point{};
    point.live_bytes = live_bytes;
    point.rss_bytes = static_cast<u64>(resident_bytes);
    return add(point);
  }
  bool add(MemoryPoint point) {
    point.time_ns = ++second_ * kSecondNs;
    const bool alarm = raises_alarm(state_, point, limits_);
    alarms += alarm;
    return alarm;
  }
  u64 second() const { return second_; }

  u64 alarms = 0;

 private:
  AlarmState state_{};
  AlarmLimits limits_;
  u64 second_ = 0;
};

// Noise of a sampled estimate: a walk of its own.
class Noise {
 public:
  explicit Noise(u64 seed) : random_(seed) {}
  f64 operator()(f64 sigma) { return std::normal_distribution<f64>(0, sigma)(random_); }

 private:
  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("a leak after a long quiet time raises an alarm within half a minute", "[state]") {
  for (u64 seed = 0; seed < 50; ++seed) {
    Log log;
    Noise noise(seed);
    for (u32 s = 0; s < 600; ++s) log.add(100 * kMiB + noise(kMiB));
    REQUIRE(log.alarms == 0);
    u32 seconds = 0;
    while (log.alarms == 0 && seconds < 60) log.add(100 * kMiB + ++seconds * 2 * kMiB + noise(kMiB));
    CAPTURE(seed, seconds);
    REQUIRE(seconds <= 30);
  }
}

TEST_CASE("resident memory that grows alone raises an alarm too", "[state]") {
  Log log;
  for (u32 s = 0; s < 120; ++s) log.add(10 * kMiB, 200 * kMiB);
  for (u32 s = 0; s < 60; ++s) log.add(10 * kMiB, (200 + 3.0 * s) * kMiB);
  CHECK(log.alarms >= 1);
}

TEST_CASE("a leak that goes on for a day raises a dozen alarms, not a thousand", "[state]") {
  Log log;
  for (u32 s = 0; s < 24 * 3600; ++s) log.add((100 + 5.0 * s) * kMiB);
  CHECK(log.alarms >= 2);
  CHECK(log.alarms <= 14);
}

TEST_CASE("what a healthy process does raises no alarm", "[state]") {
  for (u64 seed = 0; seed < 50; ++seed) {
    Log level, sawtooth, warming, wave;
    Noise noise(seed);
    f64 walk = 100 * kMiB;
    for (u32 s = 0; s < 7200; ++s) {
      walk += noise(0.2 * kMiB) - (walk - 100 * kMiB) * 0.05;  // a level that wanders and comes back
      level.add(walk);
      // Cycles have been seen to their top before the first minute is over.
      sawtooth.add((50 + 2.0 * (s % 40)) * kMiB + noise(kMiB), (300 + 2.0 * (s % 40)) * kMiB);
      wave.add((200 + 150 * std::sin(s / 9.0)) * kMiB + noise(kMiB));
      warming.add(300 * kMiB * (1 - std::exp(-static_cast<f64>(s) / 20)) + noise(0.5 * kMiB));
    }
    CAPTURE(seed);
    REQUIRE(level.alarms == 0);
    REQUIRE(sawtooth.alarms == 0);
    REQUIRE(wave.alarms == 0);
    REQUIRE(warming.alarms <= 1);  // it is new territory, after all
  }
}

TEST_CASE("a control group that fills up raises an alarm at each step, and not again while it stays there", "[state]") {
  Log log;
  MemoryPoint point{};
  point.cgroup_limit = 1'000'000'000;
  const auto alarms_while_at = [&](u64 used) {
    const u64 before = log.alarms;
    for (u32 s = 0; s < 5; ++s) {
      point.cgroup_bytes = used;
      log.add(point);
    }
    return log.alarms - before;
  };
  CHECK(alarms_while_at(500'000'000) == 0);
  CHECK(alarms_while_at(899'000'000) == 0);
  CHECK(alarms_while_at(900'000'000) == 1);
  CHECK(alarms_while_at(951'000'000) == 1);
  CHECK(alarms_while_at(980'000'000) == 1);
  CHECK(alarms_while_at(999'000'000) == 1);
  CHECK(alarms_while_at(910'000'000) == 0);
  CHECK(alarms_while_at(999'000'000) == 0);
}

TEST_CASE("a shortage that comes and goes raises alarms ever more rarely", "[state]") {
  Log log;
  MemoryPoint point{};
  point.cgroup_limit = 1000;
  for (u32 s = 0; s < 24 * 3600; ++s) {
    point.cgroup_bytes = s % 4 < 2 ? 950 : 100;
    log.add(point);
  }
  CHECK(log.alarms >= 5);
  CHECK(log.alarms <= 14);
}

TEST_CASE("an address space that fills up, and waiting for memory, raise alarms", "[state]") {
  Log space({0, 1000});
  MemoryPoint point{};
  point.virtual_bytes = 899;
  CHECK_FALSE(space.add(point));
  point.virtual_bytes = 900;
  CHECK(space.add(point));

  Log waiting;
  point = MemoryPoint{};
  point.pressure_ppm = 99'999;
  CHECK_FALSE(waiting.add(point));
  point.pressure_ppm = 100'000;
  CHECK(waiting.add(point));
  CHECK_FALSE(waiting.add(point));
}

TEST_CASE("points that follow one another closely do not make a trend", "[state]") {
  AlarmState state{};
  MemoryPoint point{};
  point.time_ns = 1000 * kSecondNs;
  bool alarm = false;
  for (u32 i = 0; i < 400; ++i) {
    point.time_ns += 1'000'000;
    point.rss_bytes += 1 << 20;
    alarm = alarm || raises_alarm(state, point, {});
  }
  CHECK_FALSE(alarm);
}

}  // namespace lw::test
