// SPDX-License-Identifier: Apache-2.0
// What the kernel says about this process's memory. Some 35 microseconds, nearly all of it the kernel's for opening and
// filling files under /proc and /sys: once a second that is 0.004 % of one CPU. smaps_rollup would tell more, but walks
// all page tables: milliseconds in a process of some GiB.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct SystemMemory {
  u64 rss_bytes;
  u64 rss_file;    // of it, mapped files
  u64 rss_shared;  // of it, shared memory
  u64 rss_peak;
  u64 swapped;
  u64 virtual_bytes;
  u64 data_bytes;   // private writable mappings but the first thread's stack
  u64 stack_bytes;  // the first thread's stack
  u64 code_bytes;   // the program's and the libraries'
  u64 page_faults;
  u64 cgroup_bytes;         // of the whole control group, 0 if there is none
  u64 cgroup_limit;         // 0 = none
  u64 address_space_limit;  // RLIMIT_AS as it is now; 0 = none
  u64 pressure_ppm;         // share of the last ten seconds in which some task of the group waited for memory
};

// What cannot be had is zero. The control group and the pressure, two thirds of the cost, are those of at most a second
// ago: the first points of a process come faster than that. Async-signal-safe; one thread at a time (its buffer would
// be large for a signal stack).
SystemMemory read_system_memory(u64 now_ns);

}  // namespace lw
