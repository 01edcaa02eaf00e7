// SPDX-License-Identifier: Apache-2.0
// The slow path of the freeing doors: an address that looks like a sample's.
#pragma once

#include "interposer/cold/record_sample.h"
#include "interposer/platform/next_allocator.h"

namespace lw {

// Books the free if the block is a sample. True: now give it to the next allocator. False: there is nothing to give
// back (NULL, or a block of the bootstrap arena).
bool free_slowly(const void* block, FreeKind how);

}  // namespace lw
