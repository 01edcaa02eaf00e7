// SPDX-License-Identifier: Apache-2.0
// The part of a thread's stack that is known to be readable.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Addresses between which a stack may be read without asking the kernel first. Kept per thread, all-zero is valid
// ("nothing known yet"), filled in by unwind().
struct StackBounds {
  u64 low;
  u64 high;
};

}  // namespace lw
