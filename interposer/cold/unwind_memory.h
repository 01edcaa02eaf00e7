// SPDX-License-Identifier: Apache-2.0
// Reading memory that may not be there. Whatever a stack or an unwind table claims, nothing here faults: a word is
// read only from a page that is known to be readable, and what is not known the kernel is asked.
#pragma once

#include "interposer/cold/unwind.h"
#include "interposer/cold/unwind_x86_64.h"

namespace lw {

// The last few pages that were found readable, for one short piece of work. A page that another thread unmaps in
// between would still fault; therefore this never outlives the work.
class ProbedPages {
 public:
  bool readable(u64 address) {
    const u64 page = page_of(address);
    if (page == 0) return false;  // also the empty entries below
    for (const u64 known : known_) {
      if (known == page) return true;
    }
    return admit(page);
  }

 private:
  bool admit(u64 page);

  u64 known_[8] = {};
  u32 next_ = 0;
};

// Which stack words a walk may read. In the usual case one range, learnt once per thread, holds the whole walk and
// costs a comparison. Stacks of another making (coroutine, sigaltstack, mmap) are probed page by page as the walk
// touches them and forgotten when it ends, because their owner may unmap them any time.
class StackWindow {
 public:
  StackWindow(StackBounds* bounds, u64 sp) : trusted_(bounds) {
    if (sp < bounds->low || sp >= bounds->high) extend(bounds, sp);
    set(bounds->low, bounds->high);
  }

  // Can a frame be read whose return address is here? True only if `address` is a multiple of 8 and the word there
  // is in the window, with kFrameReach bytes below it. Both in one comparison: the rotation brings a remainder to
  // the top of the number.
  bool holds_frame(u64 address) const {
    const u64 distance = address - low_ - kFrameReach;
    return (distance >> 3 | distance << 61) < frame_words_;
  }

  // The general way: any word, and the window moves if it has to.
  bool read(u64 address, u64* value) {
    if (address % 8 != 0 || (address - low_ >= high_ - low_ && !admit(address))) return false;
    *value = load_word(address);
    return true;
  }

  static constexpr u64 kFrameReach = 240;  // of what a plain rule addresses below the return address

 private:
  static void extend(StackBounds* bounds, u64 sp);
  bool admit(u64 address);

  void set(u64 low, u64 high) {
    low_ = low;
    high_ = high;
    frame_words_ = high - low > kFrameReach ? (high - low - kFrameReach) / 8 : 0;
  }

  u64 low_ = 0;  // both multiples of 8
  u64 high_ = 0;
  u64 frame_words_ = 0;  // words that holds_frame accepts
  const StackBounds* trusted_;
};

// Call once on the first thread, whose stack ends elsewhere than that of all others.
void learn_first_stack();

}  // namespace lw
