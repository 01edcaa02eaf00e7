// SPDX-License-Identifier: Apache-2.0
// Why the process's own search for pointers (LEAKWATCH_REACH) did not come to its end.
#pragma once

#include <string>

#include "snapshot/layout.h"

namespace lw {

// `flags` are those of the scan (ReachFlag). "it would have paused the program for longer than LEAKWATCH_REACH_PAUSE
// allows"; "" if it came to its end.
std::string why_unfinished(u32 flags);

}  // namespace lw
