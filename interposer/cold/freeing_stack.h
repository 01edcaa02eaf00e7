// SPDX-License-Identifier: Apache-2.0
// The stack of a sampled free: who normally gives the blocks of a site back, so that a report can name the way not
// taken.
#pragma once

#include "interposer/cold/account.h"
#include "snapshot/live_layout.h"

namespace lw {

inline constexpr u32 kEveryFree = 16;     // the first sampled frees of a site are all asked for their stacks
inline constexpr u32 kOneFreeIn = 8;      // later ones with probability 1/8: a walk costs more than the free's booking
inline constexpr u32 kFreeingDepth = 32;  // frames kept

// By how much the weight of a free is multiplied that is asked for its stack, when so many sampled frees of its site
// came before; 0 if it is not asked. Its mean is 1.
u32 weight_factor(u64 frees_before, u64& random_state);

// Before the free of a sample is booked: perhaps takes the calling thread's stack and books it. The weights make up for
// the frees that were not asked: whether one is depends on nothing but how many there were before, so the sums stay
// unbiased. Returns what the walk took.
WalkTime keep_freeing_stack(const LiveSample& sample, u64 now_ns);

}  // namespace lw
