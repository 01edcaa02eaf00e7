// SPDX-License-Identifier: Apache-2.0
// What is known about the past of one site, or of several taken as one, in the form the tests want it: when what is
// alive was born, how much was alive at each profile, at what age the dead died.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/load.h"
#include "analyzer/model/thinning.h"
#include "snapshot/weight.h"

namespace lw {

// The part of a case that one process contributes. Without series it only says that it was watched and had none of it.
struct Subject {
  const Process* process;
  const LiveSet* live;
  std::vector<u32> series;
  Load* load = nullptr;                // of the process, if it is to be heeded
  const Thinning* thinning = nullptr;  // the same

  f64 now_s() const { return process->profiles[live->profile].taken_s; }
};

struct Birth {
  f64 at_s;
  f64 size;
  Weight weight;
  // Its part in the history of growth: its bytes, but never more than two intervals' worth, or one huge block would
  // drown the hundred small ones whose spread over time tells the story.
  f64 event;
  f64 interval = 1;  // at which it was chosen
};

// How much was alive at a profile, from cumulative sums.
struct Level {
  f64 at_s = 0;
  f64 bytes = 0, bytes_variance = 0;
  f64 count = 0, count_variance = 0;
  Tally allocated, freed;
};

// Of the blocks alive, oldest first. What a forked child inherited is its parent's.
std::vector<Birth> births_of(const Subject& subject);

// One per profile up to the subject's live set.
std::vector<Level> levels_of(const Subject& subject);
// At some profiles only: their numbers, ascending.
std::vector<Level> levels_at(const Subject& subject, std::span<const u32> profiles);

Deaths deaths_of(const Subject& subject);

}  // namespace lw
