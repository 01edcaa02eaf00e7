// SPDX-License-Identifier: Apache-2.0
// Two sorts that make a snapshot smaller. Both work in place, need a few hundred bytes of stack, end after a bounded
// number of steps and leave a permutation of what they were given, whatever other threads do to the records meanwhile.
#pragma once

#include "snapshot/atomic.h"
#include "snapshot/layout.h"

namespace lw {

// Heapsort: no recursion, no bad case.
inline void sort_keys(u64* keys, u64 count) {
  const auto sink_down = [keys](u64 at, u64 end) {
    const u64 key = keys[at];
    for (u64 child = 2 * at + 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && keys[child] < keys[child + 1]) {
        ++child;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  };
  for (u64 at = count / 2; at > 0; --at) {
    sink_down(at - 1, count);
  }
  for (u64 end = count; end > 1; --end) {
    const u64 largest = keys[0];
    keys[0] = keys[end - 1];
    keys[end - 1] = largest;
    sink_down(0, end - 1);
  }
}

// The frames of one stack, in the table of frames, and whose it is.
struct StackRef {
  u32 first;
  u16 depth;
  u16 holder;
};

// Orders stacks by their frames, outermost first, so that neighbours have many outer frames in common. Three-way
// radix quicksort: every step looks at one frame of one stack, where comparing whole stacks would look at twenty.
class StackSort {
 public:
  explicit StackSort(const u64* frames) : frames_(frames) {}

  void operator()(StackRef* stacks, u32 count) {
    push({0, count, 0});
    u64 steps_left = u64{count} * kStepsPerStack;
    while (waiting_ > 0) {
      const Range range = pending_[--waiting_];
      if (steps_left < range.length()) {
        return;
      }
      steps_left -= range.length();
      split(stacks, range);
    }
  }

 private:
  // A thousand stacks take about 40 steps each. What is still unsorted after that is recursion or a bad case.
  static constexpr u64 kStepsPerStack = 100;

  struct Range {
    u32 begin, end;
    u32 level;  // frames that all stacks in it have in common, counted from the outermost
    u32 length() const { return end - begin; }
  };

  u64 frame(const StackRef& stack, u32 level) const {
    return level < stack.depth ? load_relaxed(frames_[stack.first + stack.depth - 1 - level]) : 0;
  }

  void split(StackRef* stacks, const Range& range) {
    const u64 pivot = frame(stacks[range.begin + range.length() / 2], range.level);
    u32 less = range.begin, at = range.begin, greater = range.end;
    while (at < greater) {
      const u64 its = frame(stacks[at], range.level);
      if (its < pivot) {
        swap(stacks[less++], stacks[at++]);
      } else if (its > pivot) {
        swap(stacks[at], stacks[--greater]);
      } else {
        ++at;
      }
    }
    Range parts[3] = {
        {range.begin, less, range.level}, {less, greater, range.level + 1}, {greater, range.end, range.level}};
    if (pivot == 0) {
      parts[1].end = parts[1].begin;  // these stacks end here, all alike
    }
    push_largest_first(parts);
  }

  // The smallest part is worked on next, so the number of waiting ones is at most twice the logarithm of `count`.
  void push_largest_first(Range (&parts)[3]) {
    if (parts[0].length() < parts[1].length()) swap(parts[0], parts[1]);
    if (parts[1].length() < parts[2].length()) swap(parts[1], parts[2]);
    if (parts[0].length() < parts[1].length()) swap(parts[0], parts[1]);
    for (const Range& part : parts) {
      push(part);
    }
  }
  void push(const Range& range) {
    if (range.length() > 1 && waiting_ < kMaxWaiting) {
      pending_[waiting_++] = range;
    }
  }

  template <class T>
  static void swap(T& a, T& b) {
    const T kept = a;
    a = b;
    b = kept;
  }

  static constexpr u32 kMaxWaiting = 40;

  const u64* frames_;
  u32 waiting_ = 0;
  Range pending_[kMaxWaiting];
};

}  // namespace lw
