// SPDX-License-Identifier: Apache-2.0
// A few placed blocks between two samples. When a sample is freed its block does not go back to the allocator but waits
// here for the next sample of its size.
//
// Without this, glibc's thread cache hands a freed block out again at once, to ordinary allocations: a loop of malloc
// and free then runs on one page-aligned block for ever, and every free of it has to be looked up (measured: 59
// instead of 12 instructions a pair). The blocks are the allocator's own and at most a few dozen; a forked child
// inherits them with its heap.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// The size to ask the allocator for, so that blocks fit each other's successors; `size` itself if it is too large to
// be kept.
u64 placed_size(u64 size);

// A waiting block of placed_size(size) bytes with at least this alignment, or nullptr.
void* take_placed(u64 size, u64 alignment);

// Keeps the block of a sample of `size` bytes that the program has just freed. False if there is no room, or if the
// block is not one that was placed: then it goes back to the allocator.
bool keep_placed(void* block, u64 size);

}  // namespace lw
