// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/fragmentation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "tests/unit/analyzer/written_process.h"

namespace lw {
namespace {

// Handed out and free, in MiB, at a share of the run; `files` lies beside them.
struct Heap {
  f64 in_use, free, files = 8;
};

std::vector<Assessment> findings_on(const std::function<Heap(f64)>& story, u64 run_s = 600) {
  std::mt19937_64 random(11);
  std::normal_distribution<f64> noise(0, 0.3);
  Observation observation;
  observation.processes.push_back(process_with_log(run_s, [&](MemoryPoint& point, f64 t) {
    const Heap heap = story(t);
    write_heap(point, std::max(0.0, heap.in_use + noise(random)) * kMiB,
               std::max(0.0, heap.free + noise(random)) * kMiB, heap.files * kMiB);
    point.allocator_releasable = point.allocator_free / 2;
    point.threads = 4;
  }));
  return fragmentation_of(observation, 0);
}

}  // namespace

TEST_CASE("free memory that becomes more all the time is fragmentation") {
  const auto findings = findings_on([](f64 t) { return Heap{50, 10 + 200 * t}; });
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].verdict == Verdict::kFragmentation);
  REQUIRE(findings[0].fragmentation);
  CHECK(findings[0].fragmentation->rising);
  CHECK(findings[0].bytes_per_s.value == Approx(200 * kMiB / 600).epsilon(0.05));
  CHECK(findings[0].fragmentation->releasable_bytes > 50 * kMiB);
  CHECK(findings[0].confidence > 0.9);
}

TEST_CASE("memory that an early peak needed and that nothing has needed since is fragmentation") {
  const auto findings = findings_on([](f64 t) { return t < 0.2 ? Heap{400, 5} : Heap{20, 385}; });
  REQUIRE(findings.size() == 1);
  CHECK_FALSE(findings[0].fragmentation->rising);
  CHECK(findings[0].fragmentation->free_bytes == Approx(385 * kMiB).epsilon(0.02));
  CHECK(findings[0].fragmentation->most_in_use_bytes == Approx(400 * kMiB).epsilon(0.02));
}

TEST_CASE("processes whose allocator does its work are not fragmented") {
  const std::map<std::string, std::function<Heap(f64)>> decoys = {
      {"a leak",
       [](f64 t) {
         return Heap{50 + 200 * t, 10};
       }},
      {"a leak with the usual waste",
       [](f64 t) {
         return Heap{50 + 200 * t, 10 + 40 * t};
       }},
      {"a peak that is given back",
       [](f64 t) {
         return t < 0.2 ? Heap{400, 5} : Heap{20, 10};
       }},
      {"a peak a moment ago",
       [](f64 t) {
         return t < 0.97 ? Heap{400, 5} : Heap{20, 385};
       }},
      {"batches",
       [](f64 t) {
         return std::fmod(10 * t, 1) < 0.3 ? Heap{400, 5} : Heap{20, 385};
       }},
      {"mapped files",
       [](f64 t) {
         return Heap{50, 10, 8 + 500 * t};
       }},
      {"a little free memory beside much in use",
       [](f64 t) {
         return Heap{500, 20 + 10 * t};
       }},
      {"a warm-up of the free lists",
       [](f64 t) {
         return Heap{50, 40 * (1 - std::exp(-10 * t))};
       }},
      {"everything freed at the exit",
       [](f64 t) {
         return t < 0.999 ? Heap{400, 30} : Heap{0, 430};
       }},
      {"a small process",
       [](f64 t) {
         return Heap{1, 1 + 8 * t};
       }},
  };
  for (const auto& [name, story] : decoys) {
    CAPTURE(name);
    CHECK(findings_on(story).empty());
  }
}

TEST_CASE("a young process is not told to be fragmented") {
  CHECK(findings_on([](f64 t) { return Heap{50, 10 + 200 * t}; }, 15).empty());
  CHECK(findings_on([](f64 t) { return t < 0.2 ? Heap{400, 5} : Heap{20, 385}; }, 15).empty());
}

TEST_CASE("an allocator that tells nothing is not judged") {
  Observation observation;
  observation.processes.push_back(process_with_log(600, [](MemoryPoint& point, f64 t) {
    point.rss_bytes = bytes((50 + 200 * t) * kMiB);
    point.live_bytes = 20 * kMiB;
  }));
  CHECK(fragmentation_of(observation, 0).empty());
}

}  // namespace lw
