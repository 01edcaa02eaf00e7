// SPDX-License-Identifier: Apache-2.0
// The slow path of the freeing doors: an address that looks like a sample's.
#pragma once

#include "interposer/cold/record_sample.h"
#include "interposer/platform/next_allocator.h"

namespace lw {

// Counts the free, and books it if the block is a sample. True: now give the block to the next allocator. False: there
// is nothing to give back (NULL, a block of the bootstrap arena, or a sample's that is kept for the next one).
bool free_slowly(void* block, FreeKind how);

}  // namespace lw
