// SPDX-License-Identifier: Apache-2.0
// What a view can show of a site, and be ordered by: the words after --by.
//
//   alive      what was allocated and not freed: bytes or blocks
//   allocated  since the start, freed or not
//   growth     net bytes a second: allocated minus freed
//   churn      bytes freed a second: the allocator's work that leaves nothing behind
//   lifetime   the age that 97 % of the freed blocks do not reach
//   byte-hours the area under the curve of live bytes: what renting the memory would have cost
#pragma once

#include <span>
#include <string_view>

#include "analyzer/model/assess.h"

namespace lw {

enum class Unit : u8 { kBytes, kBlocks, kBytesPerSecond, kSeconds, kByteHours };

struct Measure {
  std::string_view word;     // after --by
  std::string_view meaning;  // completes "by …"
  Unit unit;
  bool adds_up;       // the value of two sites together is the sum of theirs; lifetimes are not
  bool only_alive;    // known of each live block, and so by thread
  bool may_be_below;  // zero: differences
  // The site's part, with its variance. Of lifetimes the value only.
  SampledSum (*amount)(const Process& process, const Assessment& site);
};

std::span<const Measure> all_measures();
const Measure& measure_by(std::string_view word);  // the first one if there is none of that name

// A sum of amounts with its limits; `unseen` as in estimate.h, looked at only where nothing was sampled.
Estimate estimate_of(const Measure& measure, const SampledSum& amount, f64 unseen);

SampledSum& operator+=(SampledSum& sum, const SampledSum& more);

// The live set that a site's verdict and figures rest on: before the exit, if the exit freed most of it.
const LiveSet& judged_live_set(const Process& process, const Assessment& site);

// The area under the straight lines between the levels, in byte-seconds, from the start of the process on. The levels
// share their samples: their errors are taken as wholly dependent, which is the worst case (Minkowski).
SampledSum area_under(const std::vector<Level>& levels);

}  // namespace lw
