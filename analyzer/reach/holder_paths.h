// SPDX-License-Identifier: Apache-2.0
// Who holds a block, in the end: a pointer in the heap lies in a block that something else points to, and so on up to a
// global variable, a stack or a register. Where not every block is known, the blocks between are found by stepping over
// glibc's chunks.
#pragma once

#include <vector>

#include "analyzer/reach/look.h"
#include "analyzer/reach/process_memory.h"

namespace lw {

struct HolderPath {
  u64 root = 0;    // address of the last word that was found on the way up; 0: a register, or the kernel
  u32 blocks = 0;  // of the heap between it and where the way began
};

// The ways up from some words, in the order of these.
struct HolderPaths {
  std::vector<HolderPath> paths;
  bool cut_short = false;  // the memory's time ran out: some ways lead further up
};

// At most `most_steps` looks at the whole memory, each twice its size to read, until memory.out_of_time(). Where a way
// ends in the heap all the same (a long list, or an allocator that is not glibc's), `root` is the highest word found.
HolderPaths holder_paths(ProcessMemory& memory, const Scene& scene, const std::vector<u64>& words, u32 most_steps);

}  // namespace lw
