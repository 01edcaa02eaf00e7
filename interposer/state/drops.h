// SPDX-License-Identifier: Apache-2.0
// Drops: what could not be recorded, counted by reason, so that no report can pretend to have seen everything.
#pragma once

#include "interposer/platform/atomic.h"
#include "interposer/state/process.h"

namespace lw {

// `bytes` is weighted where a weight is known. Without a live file there is nobody to tell.
inline void count_drop(DropReason reason, f64 bytes = 0, u64 count = 1) {
  LiveHeader* live = load_relaxed(process().live);
  if (live == nullptr) return;
  DropCount& drop = live->drops[static_cast<u32>(reason)];
  add_relaxed(drop.count, count);
  if (bytes > 0) add_relaxed(drop.bytes, bytes);
}

}  // namespace lw
