// SPDX-License-Identifier: Apache-2.0
// Why a search in a copy-on-write child was cut short, when it was not for the time: further flags of a ReachScan,
// beside those of ReachFlag.
#pragma once

#include "snapshot/layout.h"

namespace lw {

enum ReachCut : u32 {
  kReachCopied = 8,     // the program had to copy too many pages meanwhile
  kReachTooLarge = 16,  // not begun: it would have paused the program for too long
};
inline constexpr u32 kKnownReachFlags = u32{kReachFlags} | u32{kReachCopied} | u32{kReachTooLarge};

}  // namespace lw
