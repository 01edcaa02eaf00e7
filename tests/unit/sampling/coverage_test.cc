// SPDX-License-Identifier: Apache-2.0
// The promise of every report: the truth lies in the printed interval in 95 of 100 cases. For blocks of one size and
// for mixtures, at three intervals, for what is live and for what was allocated.
#include "tests/unit/sampling/coverage.h"

#include <iostream>

namespace lw::test {
namespace {

constexpr u64 kKiB = 1024, kMiB = 1024 * kKiB;
constexpr u32 kRuns = 2000;
constexpr f64 kExpectedSamples = 120;  // allocated in a run; half of the blocks are freed

struct Part {
  u64 size;
  f64 share_of_bytes;
};

struct Workload {
  const char* name;
  std::vector<Part> parts;
};

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = {
      {"16 B", {{16, 1}}},
      {"100 B", {{100, 1}}},
      {"4 KiB", {{4 * kKiB, 1}}},
      {"64 KiB", {{64 * kKiB, 1}}},
      {"512 KiB", {{512 * kKiB, 1}}},
      {"1 MiB", {{1 * kMiB, 1}}},
      {"16 MiB", {{16 * kMiB, 1}}},
      {"16 B and 4 KiB", {{16, 0.5}, {4 * kKiB, 0.5}}},
      {"24 B to 1 MiB", {{24, 0.2}, {200, 0.2}, {3000, 0.2}, {50'000, 0.2}, {1 * kMiB, 0.2}}},
      {"small, a few large", {{64, 0.7}, {512 * kKiB, 0.3}}},
  };
  return all;
}

struct Outcome {
  Score live_bytes, live_count, allocated_bytes;
  f64 sampled = 0, missed = 0;  // blocks per run, expected
};

// How many blocks of each part make kExpectedSamples in all.
std::vector<f64> counts_for(const Workload& workload, u64 interval) {
  f64 samples_per_byte = 0;
  for (const Part& part : workload.parts) {
    samples_per_byte += part.share_of_bytes * inclusion_probability(part.size, interval) / static_cast<f64>(part.size);
  }
  std::vector<f64> counts;
  for (const Part& part : workload.parts) {
    counts.push_back(kExpectedSamples / samples_per_byte * part.share_of_bytes / static_cast<f64>(part.size));
  }
  return counts;
}

Outcome run_many(WatchedProcess& process, const Workload& workload, u64 interval) {
  Outcome outcome;
  const std::vector<f64> counts = counts_for(workload, interval);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const f64 p = inclusion_probability(workload.parts[i].size, interval);
    outcome.sampled += counts[i] * p;
    outcome.missed += counts[i] * (1 - p);
  }
  u64 seed = interval * 1000 + counts.size() * 100 + workload.parts[0].size;
  for (u32 run = 0; run < kRuns; ++run, ++seed) {
    process.begin_anew(interval);
    SimulatedProgram program(seed);
    f64 live_bytes = 0, live_count = 0, allocated = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      // Not the same count in every run: with one size the estimate jumps by a whole weight from sample to sample.
      const u64 count =
          static_cast<u64>(counts[i] * (0.8 + 0.4 * static_cast<f64>(program.random_below(1000)) / 1000)) + 1;
      const Place place(i);
      for (const NumberedSample& sample : program.allocate_many(count, workload.parts[i].size, place)) {
        if (sample.number % 2 == 1) program.free(sample.address);
      }
      const f64 left = static_cast<f64>((count + 1) / 2);
      live_count += left;
      live_bytes += left * static_cast<f64>(workload.parts[i].size);
      allocated += static_cast<f64>(count * workload.parts[i].size);
    }
    const Sums sums = sums_of_all();
    outcome.live_bytes.add(sums.live_bytes, live_bytes);
    outcome.live_count.add(sums.live_count, live_count);
    outcome.allocated_bytes.add(sums.allocated_bytes, allocated);
  }
  return outcome;
}

void check_at(u64 interval) {
  WatchedProcess process(interval);
  for (const Workload& workload : workloads()) {
    const Outcome outcome = run_many(process, workload, interval);
    check_score(std::string("live bytes of ") + workload.name, outcome.live_bytes, outcome.missed);
    check_score(std::string("live count of ") + workload.name, outcome.live_count, outcome.missed);
    check_score(std::string("allocated bytes of ") + workload.name, outcome.allocated_bytes, outcome.missed);
  }
}

}  // namespace

TEST_CASE("At an interval of 4 KiB the truth lies in 95 % of the intervals", "[sampling]") { check_at(4 * kKiB); }
TEST_CASE("At an interval of 64 KiB the truth lies in 95 % of the intervals", "[sampling]") { check_at(64 * kKiB); }
TEST_CASE("At an interval of 512 KiB the truth lies in 95 % of the intervals", "[sampling]") { check_at(512 * kKiB); }

// The table of docs/sampling.md.
TEST_CASE("Measured coverage, as a table", "[.coverage-table]") {
  std::cout
      << "| workload | interval | samples live | live bytes | live count | allocated bytes | error of live bytes |\n"
         "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const u64 interval : {4 * kKiB, 64 * kKiB, 512 * kKiB}) {
    WatchedProcess process(interval);
    for (const Workload& workload : workloads()) {
      const Outcome outcome = run_many(process, workload, interval);
      const auto percent = [](f64 share) { return std::to_string(share * 100).substr(0, 5) + " %"; };
      std::cout << "| " << workload.name << " | " << interval / kKiB << " KiB | " << std::lround(outcome.sampled / 2)
                << " | " << percent(outcome.live_bytes.coverage()) << " | " << percent(outcome.live_count.coverage())
                << " | " << percent(outcome.allocated_bytes.coverage()) << " | "
                << percent(outcome.live_bytes.relative_error()) << " |\n";
    }
  }
}

}  // namespace lw::test
