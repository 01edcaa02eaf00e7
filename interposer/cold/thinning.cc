// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/thinning.h"

#include "interposer/cold/governor.h"
#include "interposer/cold/next_interval.h"
#include "interposer/cold/record_sample.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/site_table.h"

namespace lw {
namespace {

struct Thinning {
  u64 interval;  // the wider one
  u64 random;
};

// Chance that a sample drawn with its interval would also have been drawn with the wider one: the points of the
// thinner Poisson process are a random part of the denser one's.
f64 chance_to_stay(const LiveSample& sample, u64 interval) {
  if (sample.interval >= interval) return 1;
  return inclusion_probability(sample.size, interval) / inclusion_probability(sample.size, sample.interval);
}

// How many of every 64th live record would stay, over how many there are.
f64 expected_share(u64 interval) {
  const LiveSample* samples = records<LiveSample>(TableId::kLive);
  f64 stay = 0;
  u64 seen = 0;
  for (u32 i = 0; i < used_records(TableId::kLive); i += 64) {
    if (load_relaxed(samples[i].address) == 0) continue;
    stay += chance_to_stay(samples[i], interval);
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
  if (dice >= chance_to_stay(sample, thinning.interval)) {
    if (booked) reweigh_allocation(sample.site, before, nullptr);
    return false;
  }
  sample.interval = thinning.interval;
  const Weight after = weight_of(sample.size, sample.interval);
  if (booked) reweigh_allocation(sample.site, before, &after);
  return true;
}

void freed_meanwhile(void*, const LiveSample& sample) { book_free(sample, FreeKind::kFree); }

}  // namespace

void thin_live_set() {
  if (!replace(process().thinning, 0u, 1u)) return;
  if (live_sample_count() > live_sample_capacity() / 4 * 3) {
    Thinning thinning{load_relaxed(process().interval), fresh_seed(live_sample_count())};
    do {
      thinning.interval *= 2;
    } while (expected_share(thinning.interval) > 0.6 && thinning.interval < kWidestInterval);
    widen_interval_to(thinning.interval);
    thin_samples({&thinning, visit, freed_meanwhile});
  }
  store_release(process().thinning, 0u);
}

}  // namespace lw
