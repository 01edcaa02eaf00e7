// SPDX-License-Identifier: Apache-2.0
// Do blocks from here die? Freed ones tell the age at which they did, live ones the age they have reached.
#pragma once

#include <span>

#include "analyzer/model/history.h"

namespace lw {

// Lower edge of a bin of the lifetime histogram.
f64 bin_start_s(u32 bin);

// Beyond `age_s` hardly a block dies any more: a forgotten free on a rare path shows there, however many short lives
// hide it. A cache that evicts has no such age, for its old blocks do die.
struct OldAge {
  bool exists = false;
  f64 age_s = 0;
  u64 samples = 0;              // alive and older
  f64 survivors = 0, died = 0;  // blocks that passed the age: still alive; freed later (weighted counts)
};

// At most this share of the blocks that passed the old age may have died since.
inline constexpr f64 kMostOldDeaths = 0.1;

// Somebody alive.
struct Survivor {
  f64 age_s;
  f64 count;  // weight
};

// The youngest age of at most half of `observed_s` that qualifies. Survivors oldest first.
OldAge old_age_of(const Deaths& deaths, std::span<const Survivor> survivors, f64 observed_s);

// The age that `share` of the freed blocks did not outlive, rounded up to the histogram's edges; 0 if none was freed.
f64 age_reached_by(const Deaths& deaths, f64 share);

f64 total_of(const Deaths& deaths);

}  // namespace lw
