// SPDX-License-Identifier: Apache-2.0
// Memory that the program has given back and the allocator has not: it is free, yet it stays resident.
//
// Told from the allocator's own counts, both of which are exact: what it holds from the system, and what it has handed
// out. A process that grows by mappings, files or threads has no part in this, nor has a block that leakwatch never
// saw.
#pragma once

#include <vector>

#include "analyzer/model/assess.h"

namespace lw {

// Free memory below this, or below this share of the process, is not worth anybody's time.
inline constexpr f64 kLeastFragmentedBytes = 16 << 20;
inline constexpr f64 kLeastFragmentedShare = 0.1;
// An allocator that keeps for a while what it may be asked for again does its work. This long is more than a while:
// it is twice the ten seconds after which jemalloc gives unused pages back.
inline constexpr f64 kLongUnused_s = 20;

// At most one finding, about the whole process.
std::vector<Assessment> fragmentation_of(const Observation& observation, u32 process);

}  // namespace lw
