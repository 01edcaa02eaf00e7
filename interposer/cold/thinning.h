// SPDX-License-Identifier: Apache-2.0
// The table is never full: when three quarters of it are used, the interval grows and the samples that are there are
// thinned as if they had been drawn with the wider interval from the beginning.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// One thread does it, others return at once. Afterwards at most about half of the table is in use.
void thin_live_set(u64 now_ns);

}  // namespace lw
