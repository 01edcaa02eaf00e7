// SPDX-License-Identifier: Apache-2.0
// Who gave the blocks of which site back, and the stacks that are not a site's: those of frees and of the calls that
// made threads. Both tables are small and never grow, so what they add to a snapshot is bounded; what finds no room is
// a drop. Lock-free; records are never removed.
#pragma once

#include "interposer/state/site_table.h"

namespace lw {

// The number of the stack's KeptStack, made if it is new (then *is_new is set); kNoRecord if there is no room.
u32 find_or_make_kept_stack(const StackView& stack, bool* is_new);

// A sampled block of the site was freed by that stack. `weight` is the block's, divided by the probability with which
// the free was asked for its stack.
void add_release(u32 site, u32 kept_stack, const Weight& weight, u64 now_ns);

// How often sampled blocks of the site were freed so far.
u64 sampled_frees_of(u32 site);

}  // namespace lw
