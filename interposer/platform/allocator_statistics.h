// SPDX-License-Identifier: Apache-2.0
// What the allocator says about itself.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct AllocatorStatistics {
  u64 in_use;    // bytes in blocks handed out, its own overhead included
  u64 resident;  // bytes it holds from the system
  u64 free;      // bytes it holds and has not handed out
  // Of `free`, what it would give back if it was told to: malloc_trim, a purge, ReleaseFreeMemory. glibc's is a lower
  // bound, the end of its main heap; malloc_trim also gives back whole pages between blocks.
  u64 releasable;
};

// Finds the functions to ask. Once, at start: dlsym may allocate.
void find_allocator_statistics();

// Takes the allocator's locks: never from a signal handler. All-zero where the allocator has no such interface.
AllocatorStatistics read_allocator_statistics();

// Has the program made arenas of its own on jemalloc? It may destroy them with all blocks in them. True also if it
// cannot be found out.
bool program_makes_arenas();

}  // namespace lw
