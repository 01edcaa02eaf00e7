// SPDX-License-Identifier: Apache-2.0
// A program that allocates, as the sampler sees it: the real hot path, admission, tables and thinning, with made-up
// addresses, stacks and time. Everything random comes from the seed.
#pragma once

#include <vector>

#include "interposer/cold/admission.h"
#include "interposer/cold/next_interval.h"
#include "interposer/cold/record_sample.h"
#include "interposer/hot/on_alloc.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {

// A sample with the number it had in a row of equal allocations.
struct NumberedSample {
  u64 number;
  u64 address;
};

class SimulatedProgram {
 public:
  // Mixed first: the streams of seeds that are next to each other must not overlap.
  explicit SimulatedProgram(u64 seed) : random_(next_random(seed)) { start_thread(); }

  // From here on a new thread allocates; the one before has ended, its slot is found again.
  void start_thread() {
    use_slot(&nobodys_slot());
    claim_slot()->random = next_random(random_);
  }

  // The block's address if it became a sample, otherwise 0: nobody will look for it.
  u64 allocate(u64 size, const Place& place) {
    if (passes_unsampled(size)) return 0;
    const u64 interval = admit(size);
    count_allocation(size);
    return interval == 0 ? 0 : enter(size, interval, place, next_address());
  }

  // `count` times allocate(size). What would pass the hot path unsampled is passed at once.
  std::vector<NumberedSample> allocate_many(u64 count, u64 size, const Place& place) {
    std::vector<NumberedSample> samples;
    for (u64 done = 0; done < count; ++done) {
      done += pass(count - done, size);
      if (done == count) break;
      if (const u64 address = allocate(size, place); address != 0) samples.push_back({done, address});
    }
    return samples;
  }

  void free(u64 address) { free_as(address, FreeKind::kFree); }
  void free_as(u64 address, FreeKind how) {
    if (address == 0) return;
    LiveSample sample;
    if (take_sample(address, &sample)) book_free(sample, how, now_ns);
  }

  // The same block address once more, after a free that nobody saw.
  u64 allocate_at(u64 address, u64 size, const Place& place) {
    if (passes_unsampled(size)) return 0;
    const u64 interval = admit(size);
    return interval == 0 ? 0 : enter(size, interval, place, address);
  }

  u64 random() { return next_random(random_); }
  u64 random_below(u64 limit) { return random() % limit; }
  bool chance(f64 probability) { return static_cast<f64>(random() >> 11) * 0x1p-53 < probability; }

  u64 now_ns = 1'000'000'000;

 private:
  u64 next_address() { return last_address_ += 4096; }

  // How many of `count` blocks may go by before the countdown is used up; they have gone by then.
  u64 pass(u64 count, u64 size) {
    ThreadSlot& slot = *t_slot;
    if (slot.interval <= 1 || slot.countdown == kUsedUp) return 0;
    const u64 unsampled = size == 0 ? count : static_cast<u64>(left_of(slot, slot.countdown).bytes) / size;
    const u64 passed = unsampled < count ? unsampled : count;
    slot.countdown -= static_cast<i64>(passed * units_of(size));
    return passed;
  }

  u64 enter(u64 size, u64 interval, const Place& place, u64 address) {
    ThreadSlot& slot = *t_slot;
    slot.began_ns = now_ns;
    enter_sample(slot, {address, size, interval, AllocKind::kMalloc, 0, 0, false}, place.stack());
    return address;
  }

  u64 random_;
  u64 last_address_ = 0x7f00'0000'0000;
};

// What a report would say of a quantity: the sum over samples and its variance.
struct Sampled {
  f64 value = 0;
  f64 variance = 0;
};

// The sums of one place, or of all.
struct Sums {
  Sampled live_bytes, live_count, allocated_bytes, allocated_count;
  u64 live_samples = 0;

  void add(const Site& site, const SiteFrees& frees) {
    allocated_bytes.value += site.bytes;
    allocated_bytes.variance += site.bytes_variance;
    allocated_count.value += site.count;
    allocated_count.variance += site.count_variance;
    live_bytes.value += site.bytes - frees.bytes;
    live_bytes.variance += site.bytes_variance - frees.bytes_variance;
    live_count.value += site.count - frees.count;
    live_count.variance += site.count_variance - frees.count_variance;
    live_samples += site.samples - frees.samples;
  }
};

inline Sums sums_of_all() {
  Sums sums;
  for (u32 i = 0; i < used_records(TableId::kSites); ++i) sums.add(WatchedProcess::site(i), WatchedProcess::frees(i));
  return sums;
}

inline u32 site_of(const Place& place) {
  bool is_new;
  return find_or_make_site(place.stack(), 0, &is_new);
}

inline Sums sums_of(const Place& place) {
  Sums sums;
  const u32 number = site_of(place);
  sums.add(WatchedProcess::site(number), WatchedProcess::frees(number));
  return sums;
}

}  // namespace lw::test
