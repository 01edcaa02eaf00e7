// SPDX-License-Identifier: Apache-2.0
// A few recognisable blocks between two samples. When a sample is freed its block does not go back to the allocator but
// waits here for the next sample of its size.
//
// Without this, an allocator hands a freed block out again at once, to ordinary allocations: a loop of malloc and free
// then runs on one page-aligned block for ever, and every free of it has to be looked up (measured on glibc: 59 instead
// of 12 instructions a pair). For the same reason an ordinary block that happens to look like a sample is kept when its
// free was looked up in vain again and again: jemalloc and tcmalloc cut pages into blocks of one size and hand out the
// first one first, so that a loop often runs on just that (55 instead of 12).
//
// The blocks are the allocator's own and each is as large as an ordinary one of its class; a forked child inherits them
// with its heap. Nothing waits where the program may give a whole heap back, with all blocks in it, and we would not
// see it: on mimalloc, and on jemalloc as soon as the program has made an arena (what waits then, waits for ever).
#pragma once

#include "snapshot/layout.h"

namespace lw {

// A waiting block of at least `size` bytes that is recognisable and has this alignment (0 = any), or nullptr.
void* take_placed(u64 size, u64 alignment);

// Keeps the block of a sample of `size` bytes that the program has just freed. False if there is no room: then it goes
// back to the allocator.
bool keep_placed(void* block, u64 size);

// Keeps an ordinary block that looks like a sample and that the program has just freed. False as above.
bool keep_lookalike(void* block);

}  // namespace lw
