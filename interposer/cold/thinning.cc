// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/thinning.h"

#include "interposer/cold/bookkeeping.h"
#include "interposer/cold/governor.h"
#include "interposer/cold/next_interval.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/site_table.h"

namespace lw {
namespace {

struct Thinning {
  u64 interval;  // the wider one
  u64& random;
  u64 now_ns;
};

constexpr u64 kWidestThinning = u64{1} << 44;  // wider than any table of blocks can need; ends the search for one

// Chance that a sample drawn with its interval would also have been drawn with the wider one: the points of the
// thinner Poisson process are a random part of the denser one's.
f64 chance_to_stay(u64 size, u64 its_interval, u64 wider_interval) {
  if (its_interval >= wider_interval) return 1;
  return inclusion_probability(size, wider_interval) / inclusion_probability(size, its_interval);
}

// How many of every 64th live record would stay, over how many there are.
f64 expected_share(u64 interval) {
  const LiveSample* samples = records<LiveSample>(TableId::kLive);
  f64 stay = 0;
  u64 seen = 0;
  for (u32 i = 0; i < used_records(TableId::kLive); i += 64) {
    if (load_relaxed(samples[i].address) == 0) continue;
    stay += chance_to_stay(load_relaxed(samples[i].size), load_relaxed(samples[i].interval), interval);
    ++seen;
  }
  return seen == 0 ? 0 : stay / static_cast<f64>(seen);
}

bool visit(void* self, LiveSample& sample) {
  Thinning& thinning = *static_cast<Thinning*>(self);
  if (sample.interval >= thinning.interval) return true;
  const bool booked = (sample.flags & kSampleInherited) == 0;
  const Weight before = weight_of(sample.size, sample.interval);
  const f64 dice = static_cast<f64>(next_random(thinning.random) >> 11) * 0x1p-53;
  if (dice >= chance_to_stay(sample.size, sample.interval, thinning.interval)) {
    if (booked) reweigh_allocation(sample.site, sample.kind, before, nullptr);
    return false;
  }
  store_relaxed(sample.interval, thinning.interval);
  const Weight after = weight_of(sample.size, sample.interval);
  if (booked) reweigh_allocation(sample.site, sample.kind, before, &after);
  return true;
}

// Its free found it in hand and went on; through which function is not known any more.
void freed_meanwhile(void* self, const LiveSample& sample) {
  book_free(sample, FreeKind::kUnknown, static_cast<Thinning*>(self)->now_ns);
}

}  // namespace

void thin_live_set(u64 now_ns) {
  if (!replace(process().thinning, 0u, 1u)) return;
  if (live_sample_count() > live_sample_capacity() / 4 * 3) {
    Thinning thinning{load_relaxed(process().interval), t_slot->random, now_ns};
    do {
      thinning.interval *= 2;
    } while (expected_share(thinning.interval) > 0.6 && thinning.interval < kWidestThinning);
    widen_interval_to(thinning.interval);
    thin_samples({&thinning, visit, freed_meanwhile});
  }
  store_release(process().thinning, 0u);
}

}  // namespace lw
