// SPDX-License-Identifier: Apache-2.0
// How much room an allocator gives to an ordinary block: programs ask for it (malloc_usable_size), use all of it, and
// some trim blocks that have much more than was asked for. A block placed as a sample has more, and must not look it.
#pragma once

#include "interposer/platform/next_allocator.h"

namespace lw {

// From here on glibc maps blocks of their own (M_MMAP_THRESHOLD), rounded up to pages.
inline constexpr u64 kGlibcMaps = 128 << 10;

// malloc_usable_size of what malloc(size) gives; 0 if nobody knows.
u64 ordinary_usable_size(u64 size);

// The true one, of any block.
inline u64 true_usable_size(const void* block) { return g_next.malloc_usable_size(const_cast<void*>(block)); }

}  // namespace lw
