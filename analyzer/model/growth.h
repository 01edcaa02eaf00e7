// SPDX-License-Identifier: Apache-2.0
// The case for growth at one subject: how much was added, since when, and every doubt about it.
//
// Net growth is a sum of independent increments, unlike the live level, whose neighbouring values share their
// samples. There are two sources of increments. Cumulative sums give them between any two profiles. The births of what
// is alive give them at any resolution and from a single profile: a block born at t that is still alive added its
// weight at t, for good. The second source is the sharper one, because it does not see what came and went.
//
// A case may rest on several processes of one program: what is too rare in each of fifty workers is found in all.
#pragma once

#include <span>

#include "analyzer/base/rare.h"
#include "analyzer/model/estimate.h"
#include "analyzer/model/history.h"
#include "analyzer/model/lifetime.h"
#include "analyzer/model/shape.h"

namespace lw {

struct GrowthCase {
  OldAge old;
  f64 window_s = 0;        // births up to here are old enough to count
  f64 watched_s = 0;       // the same, summed over the processes
  f64 onset_s = 0;         // growth began
  Estimate onset_range_s;  // with its interval, if it began later than the process; else all zero
  f64 growing_s = 0;       // the part of watched_s since the onset
  u64 samples = 0;         // old survivors born since the onset
  Estimate bytes_per_s;    // in each process
  Shape shape;

  // Probabilities that the case is wrong, each for a reason of its own.
  f64 by_chance = 1;             // no growth in the later two thirds of the window (p-value; over all sites q-value)
  f64 blocks_die = 1;            // one in five of the old blocks will be freed, and the sample just missed it
  f64 still_starting = 1;        // start-up is not over yet, in the process that a birth belongs to
  f64 once_each = 0;             // several processes: each keeps what it allocates once, and none allocates more
  bool level_disagrees = false;  // the level at the profiles does not follow
  bool oldest_died = false;      // what was born first is gone: a queue, or a cache that has just become full
  bool many_places = false;      // stacks that found no room of their own, more and more of them: none need grow
};

// Growth can be claimed from this many samples on.
inline constexpr u64 kLeastGrowthSamples = 10;
// … which must stand for this many independent events.
inline constexpr f64 kLeastGrowthEvents = 6;
// The time constant of doubt about a young process: after 10 s 8 % are left, after 30 s nothing that matters.
inline constexpr f64 kStartUp_s = 4;

// Its shape is not weighed yet. One subject for each process that takes part; at least one. Where blocks do not grow
// old there is no case.
Rare<GrowthCase> growth_case_of(std::span<const Subject> subjects);

// How much more is alive. Of the level's variance at both ends, only what was born or died in between counts.
Estimate change_of_level(const Level& before, const Level& after);

// Net growth per second from the first third of the observation to its end, from cumulative sums.
Estimate net_growth_of(const std::vector<Level>& levels);

}  // namespace lw
