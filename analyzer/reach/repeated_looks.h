// SPDX-License-Identifier: Apache-2.0
// A process that runs on moves its pointers about while it is looked at: one look may pass a pointer between its old
// place and its new one, and take a held block for lost. What is lost stays lost, so it is looked again.
//
//   spaced looks   a few over the whole memory, some time apart: a block that any of them sees held is held
//   quick looks    many over those pages alone that change meanwhile, for a pointer that moves is in one of them
//
// At worst a pointer that jumps about at random is missed by a look with probability 1/e (it is at one of n places
// at each of n readings: (1 - 1/n)^n). Looks a few milliseconds apart need not be independent: nothing is claimed of
// all of them together.
#pragma once

#include <string>
#include <vector>

#include "analyzer/reach/look.h"

namespace lw {

inline constexpr u32 kQuickLooks = 32;

struct LookChoice {
  u32 looks = 3;
  u32 wait_ms = 1000;         // between two of them
  bool stop_threads = false;  // for their registers
  bool only_blocks = false;   // every block in use is given
};

struct LookResult {
  std::string why_not;          // the memory could not be read; empty if it was
  std::vector<Mark> marks;      // by number of the block as given; kHeld if any look saw it so
  std::vector<bool> known;      // false: not looked for, because it overlaps another
  std::vector<Holder> holders;  // of the last look that saw it held; `by` is a number as given
  u32 looks = 0;                // that agree on what is lost, quick ones included
  u32 hidden = 0;               // registers that no look could see, at least
  u64 bytes = 0;                // read by one look
};

// The process as it is now.
Scene scene_of(u64 pid);

LookResult look_repeatedly(u64 pid, const std::vector<ScanBlock>& blocks, const LookChoice& choice);

}  // namespace lw
