// SPDX-License-Identifier: Apache-2.0
// A process that never ran: allocations with known births and deaths, sampled as leakwatch samples, looked at in
// snapshots. What is true is known, so what is said about it can be judged.
#pragma once

#include <limits>
#include <random>
#include <vector>

#include "analyzer/model/profile.h"
#include "snapshot/reader.h"

namespace lw {

inline constexpr f64 kNever = std::numeric_limits<f64>::infinity();

class SimulatedService {
 public:
  SimulatedService(u64 seed, u64 interval);

  // Number of a new site; its stack is an address of its own in the executable, called from main.
  u32 add_site();
  static u32 site_at(u64 offset);  // the site whose innermost frame lies there
  void allocate(u32 site, f64 birth_s, u64 size, f64 death_s = kNever);
  // An allocation that the dice have chosen already: whoever knows the distribution of the samples need not throw them
  // for each of a billion blocks.
  void record(u32 site, f64 birth_s, u64 size, f64 death_s = kNever);

  // What happens to all samples recorded so far:
  void widen(f64 from_s, u64 interval);     // the governor chose a wider interval for what is born from then on
  void drop(f64 share);                     // so many, at random, found no room
  void free_alive_at(f64 at_s, f64 share);  // so many of those alive then are freed then

  // Quick if the times of one call after the other do not go back and nothing is recorded in between.
  Snapshot snapshot(f64 now_s, DumpReason reason = DumpReason::kPeriod);
  // Snapshots at `count` even distances up to now_s, read as the analyzer reads files.
  Observation observe(f64 now_s, int count, DumpReason last = DumpReason::kPeek);

  f64 uniform() { return std::uniform_real_distribution<f64>(0, 1)(random_); }
  f64 exponential(f64 mean) { return std::exponential_distribution<f64>(1 / mean)(random_); }
  template <typename Distribution>
  auto draw(Distribution distribution) {
    return distribution(random_);
  }
  u64 interval_at(f64 at_s) const { return at_s < widened_s_ ? interval_ : widest_; }
  u64 immortal_samples(u32 site, f64 since_s) const;                 // recorded since then and never freed
  f64 true_live_bytes(u32 site) const { return live_bytes_[site]; }  // of what never dies

  // Calls act(birth_s) at random moments, `per_s` of them a second.
  template <typename Act>
  void arrivals(f64 from_s, f64 to_s, f64 per_s, Act act) {
    for (f64 at_s = from_s + exponential(1 / per_s); at_s < to_s; at_s += exponential(1 / per_s)) act(at_s);
  }

 private:
  struct Sample {
    u32 site;
    f64 birth_s, death_s;
    u64 size, interval;
  };
  void start_again();
  void advance_to(f64 now_s);
  void bear(const Sample& sample);
  void bury(const Sample& sample);

  std::mt19937_64 random_;
  u64 interval_, widest_;
  f64 widened_s_ = kNever;
  u64 sequence_ = 0;
  std::vector<Sample> samples_;
  std::vector<f64> live_bytes_;
  SnapshotDrop drop_{"live_table_full", 0, 0};

  // The state at now_s_: sums of the sites, and what is alive.
  f64 now_s_ = kNever;
  std::vector<u32> by_birth_, alive_;  // numbers of samples
  size_t born_ = 0;                    // of by_birth_
  std::vector<SnapshotSite> sites_;
};

}  // namespace lw
