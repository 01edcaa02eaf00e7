// SPDX-License-Identifier: Apache-2.0
// What a site's part of the heap is in the four sums of Go's heap profiles, since the start or since a later moment.
#pragma once

#include "analyzer/model/assess.h"

namespace lw {

struct HeapSums {
  f64 allocated_count = 0, allocated_bytes = 0;
  f64 live_count = 0, live_bytes = 0;  // since a later moment: more than then, or less
};

// Since the start. What is alive is as the verdict has it.
HeapSums heap_of(const Assessment& site);

// Since the profile that was taken last until then, and up to the last one; a process that began later is new as a
// whole, one of which nothing newer is known has not changed.
HeapSums heap_change(const Process& process, const Assessment& site, u64 since_unix_ns);

// The time between these profiles.
f64 change_lasted_s(const Process& process, u64 since_unix_ns);

}  // namespace lw
