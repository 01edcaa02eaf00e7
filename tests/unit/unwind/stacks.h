// SPDX-License-Identifier: Apache-2.0
// Taking a stack twice from one place, with leakwatch's unwinder and with libgcc's, and comparing the two.
#pragma once

#include <errno.h>
#include <execinfo.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "interposer/cold/unwind.h"

namespace lw {

inline void start_unwinder() {
  static const char* const reason = unwind_start(0, 0);
  if (reason != nullptr) FAIL(reason);
}

struct Stack {
  std::vector<u64> frames;
  UnwindResult result{};
  std::vector<u64> expected;  // by libgcc
};

// Room for a stack that is taken where nothing may be allocated, such as in a signal handler.
struct StackRoom {
  static constexpr u32 kMost = 512;
  u64 frames[kMost];
  UnwindResult result{};
  void* expected[kMost];
  int expected_depth = 0;

  Stack stack() const {
    Stack stack{{frames, frames + result.depth}, result, {}};
    for (int i = 0; i < expected_depth; ++i) stack.expected.push_back(reinterpret_cast<u64>(expected[i]));
    return stack;
  }
};

inline thread_local StackBounds t_bounds;

// Inlined, so that both stacks begin in the function under test; their first frames are different calls of it.
[[gnu::always_inline]] inline void take_stack_into(StackRoom* room, u32 capacity = StackRoom::kMost) {
  room->result = unwind(room->frames, capacity, &t_bounds);
  room->expected_depth = backtrace(room->expected, StackRoom::kMost);
}

[[gnu::always_inline]] inline Stack take_stack(u32 capacity = StackRoom::kMost) {
  StackRoom room;
  take_stack_into(&room, capacity);
  return room.stack();
}

// libgcc gives the address that a signal interrupted, the unwinder that address + 1 (so that - 1 is right everywhere).
inline bool same_frame(const Stack& stack, u64 frame, u64 expected) {
  return frame == expected || (stack.result.in_signal != 0 && frame == expected + 1);
}

// Sanitizers put a wrapper around backtrace(), whence the frames to skip.
inline bool agrees_with_libgcc(const Stack& stack) {
  if (stack.frames.size() < 2 || stack.expected.size() < stack.frames.size()) return false;
  const std::size_t skipped = stack.expected.size() - stack.frames.size();
  if (skipped > 1) return false;
  for (std::size_t i = 1; i < stack.frames.size(); ++i) {
    if (!same_frame(stack, stack.frames[i], stack.expected[i + skipped])) return false;
  }
  return true;
}

#define REQUIRE_AGREEMENT(stack)                         \
  do {                                                   \
    const ::lw::Stack& taken = (stack);                  \
    CAPTURE(taken.frames.size(), taken.expected.size()); \
    REQUIRE(::lw::agrees_with_libgcc(taken));            \
    REQUIRE(taken.result.truncated == 0);                \
  } while (false)

// The end of a function whose call must not become a jump.
inline void stay_on_stack() { asm volatile("" ::: "memory"); }

}  // namespace lw
