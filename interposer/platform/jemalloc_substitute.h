// SPDX-License-Identifier: Apache-2.0
// What stands behind mallocx and its family where the next allocator is not jemalloc. Programs such as folly's users
// ask "is mallocx there?" by a weak symbol; with leakwatch preloaded the answer is yes, so it must then also work.
#pragma once

#include "interposer/platform/next_allocator.h"

namespace lw {

// Fills those of the family that are missing with substitutes made of malloc's family.
void substitute_jemalloc(NextAllocator& next);

}  // namespace lw
