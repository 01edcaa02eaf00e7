// SPDX-License-Identifier: Apache-2.0
// Early warning in the process: is memory growing now, or about to run out, so that a snapshot should be taken at once?
// What a process has on disk when the OOM killer comes is then seconds old, not a period.
//
// Two kinds, both bounded in number whatever the program does:
//
//   growth     over the last kTrendPoints points the live bytes or the resident memory rose by the Mann-Kendall test
//              (one-sided, z >= 4: one in 30,000 if the points were independent), by a tenth and 4 MiB at least, to
//              more than a tenth above all that was there before. The last condition keeps warm caches, batches and
//              sawteeth quiet, whose points are anything but independent: they come back to where they have been. After
//              an alarm the next may come after 10, 20, 40 … seconds, so there are at most 20 in the first four months.
//   shortage   the control group or the address space is filled to 90, 95, 97.5 and 98.75 %, or tasks waited for memory
//              in a tenth of the last ten seconds. One alarm for each step up; steps count anew when the shortage is
//              over and the same doubling time has passed.
#pragma once

#include "snapshot/live_layout.h"

namespace lw {

inline constexpr u32 kTrendPoints = 24;

// All-zero is a valid beginning.
struct Trend {
  u64 values[kTrendPoints];  // a ring: the newest points
  u64 count;                 // points ever
  u64 highest_before;        // of those that have left the ring
};

struct AlarmState {
  Trend live;
  Trend resident;
  u64 next_growth_ns;
  u64 growth_pause_ns;
  u64 next_shortage_ns;
  u64 shortage_pause_ns;
  u64 last_point_ns;
  u32 step;  // of shortage, the highest one that alarmed; 0 = plenty
};

struct AlarmLimits {
  u64 start_ns;             // of the watching: its first minute, in which everything grows, has no growth alarms
  u64 address_space_limit;  // 0 = none
};

// Looks at the newest point of the memory log; points less than half a second after the one before are passed over.
// True if a snapshot should be taken now.
bool raises_alarm(AlarmState& state, const MemoryPoint& point, const AlarmLimits& limits);

}  // namespace lw
