// SPDX-License-Identifier: Apache-2.0
// What a search in a copy-on-write child costs the program that made it: a pause while the kernel copies the page
// tables, and a copy of each page that it writes to meanwhile. Both are bounded, by LEAKWATCH_REACH_PAUSE and
// LEAKWATCH_REACH_COPY.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Pages whose entries a clone has to copy: those of this process's own that are in memory.
u64 own_pages();

// The pause to expect of a clone, by what earlier ones took a page; of the first a cautious guess. In this process
// only.
u64 expected_pause_ns(u64 pages);
void learn_pause(u64 pages, u64 worked_ns);  // processor time: that others ran meanwhile says nothing

// Pages that the parent had to copy since the child was made. A fault of the parent's is not seen to be a copy or
// memory that is new to it, so all are counted: it is never more than that. Looking takes some ten microseconds.
class CopiedPages {
 public:
  // Before the clone, in the parent; it counts all that follows.
  void begin(u64 most_bytes);
  // In the child. Where /proc does not tell, only the time is bounded.
  bool too_many(u64 now_ns);

 private:
  u64 faults_before_, most_;
  u64 next_look_ns_;
};

// The number that stands at place `field` of a line of /proc/PID/stat, counted from 1; the second, the name in
// brackets, may hold anything. 0 if there is none.
u64 number_in_stat(const char* line, u32 field);

}  // namespace lw
