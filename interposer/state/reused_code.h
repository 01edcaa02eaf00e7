// SPDX-License-Identifier: Apache-2.0
// Addresses at which other code has lain before: a plugin went, another one came. There, equal addresses are not equal
// stacks, so a stack's key counts how often that happened below any of its frames. Only stacks that pass through such
// addresses are told apart by it; all others keep their sites, however often plugins come and go.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Other code than before lies in [start, end) now. One thread at a time (dump/mappings.cc).
void note_reuse(u64 start, u64 end);

// A number that is another one after each reuse of an address among the frames; 0 as long as there was none. Any
// thread, beside note_reuse, too: a stack that is looked at in that moment may be given a site too many.
u64 reuses_of(const u64* frames, u32 depth);

}  // namespace lw
