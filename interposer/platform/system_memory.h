// SPDX-License-Identifier: Apache-2.0
// What the kernel says about this process's memory. A few microseconds; opens and closes files under /proc and /sys.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct SystemMemory {
  u64 rss_bytes;
  u64 page_faults;
  u64 cgroup_bytes;  // of the whole control group, 0 if there is none
  u64 cgroup_limit;  // 0 = none
};

// What cannot be had is zero. Async-signal-safe.
SystemMemory read_system_memory();

}  // namespace lw
