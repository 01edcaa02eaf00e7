// SPDX-License-Identifier: Apache-2.0
// Pointers that are in no memory of the program's: in registers, and given to the kernel to keep.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Registers that may hold a pointer and cannot be seen: of a thread that waits in a system call the six that a call
// leaves alone, of a running one all fifteen and sixteen vectors of two words.
inline constexpr u32 kHiddenWaiting = 6;
inline constexpr u32 kHiddenRunning = 15 + 2 * 16;

// Filled in by one thread at a time; static where it is used, for on the stack its words would hold what they point to.
struct Surroundings {
  static constexpr u32 kMostWords = 8192;

  bool complete;      // /proc could be read, and all words had room
  u32 other_threads;  // than the calling one
  u32 hidden;         // registers of theirs
  u32 count;
  u64 words[kMostWords];

  void clear();
  void add(u64 word);
  void look_at_other_threads();
  // Often the only pointer to a connection is the one that epoll gives back with its events.
  void look_at_epoll_sets();
  void look_at_timers();
};

}  // namespace lw
