// SPDX-License-Identifier: Apache-2.0
// What a program is told when it asks how much room a block has.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// malloc_usable_size of a block that may be a sample: for one that leakwatch placed, what an ordinary block of that
// size would have, and never more than there is. (redis trims values that have too much room: it would move its
// samples.)
u64 shown_usable_size(const void* block);

// Is it a sample that leakwatch placed?
bool is_placed(const void* block);

}  // namespace lw
