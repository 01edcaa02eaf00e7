// SPDX-License-Identifier: Apache-2.0
// Stacks of ordinary code: the same as libgcc's, frame by frame, cold and warm.
#include <alloca.h>
#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>

#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

constexpr u64 kEverything = ~0ULL;

// Each test takes its stack cold, with nothing in the cache, and again warm. From one line, so that it is one stack.
template <typename Take>
void require_agreement_cold_and_warm(Take take) {
  start_unwinder();
  unwind_forget(0, kEverything);
  for (const bool cold : {true, false}) {
    const Stack stack = take();
    REQUIRE_AGREEMENT(stack);
    REQUIRE((stack.result.cold > 0) == cold);
  }
}

[[gnu::noinline]] Stack recurse(int depth, u32 capacity = StackRoom::kMost) {
  Stack stack = depth == 0 ? take_stack(capacity) : recurse(depth - 1, capacity);
  stay_on_stack();
  return stack;
}

[[gnu::noinline, gnu::optimize("O0")]] Stack recurse_unoptimised(int depth) {
  if (depth == 0) return take_stack();
  return recurse_unoptimised(depth - 1);
}

[[gnu::noinline, gnu::optimize("O2")]] Stack recurse_optimised(int depth) {
  Stack stack = depth == 0 ? take_stack() : recurse_optimised(depth - 1);
  stay_on_stack();
  return stack;
}

// A frame whose size is known only when it runs: the CFA counts from rbp.
[[gnu::noinline]] Stack with_alloca(unsigned bytes) {
  volatile char* room = static_cast<volatile char*>(alloca(bytes));
  room[0] = 1;
  Stack stack = bytes > 100 ? with_alloca(bytes / 2) : take_stack();
  room[bytes - 1] = 1;
  return stack;
}

// Alignment above 16 makes gcc store the CFA in the frame, and describe it with an expression.
[[gnu::noinline]] Stack with_aligned_frame(int depth) {
  alignas(64) volatile char room[64];
  volatile char* more = static_cast<volatile char*>(alloca(static_cast<std::size_t>(depth) * 32 + 16));
  more[0] = 1;
  room[0] = 1;
  Stack stack = depth == 0 ? take_stack() : with_aligned_frame(depth - 1);
  more[0] = room[0];
  return stack;
}

Stack g_from_callback;
int take_and_compare(const void* a, const void* b) {
  if (g_from_callback.frames.empty()) g_from_callback = take_stack();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

struct Shape {
  virtual ~Shape() = default;
  virtual Stack stack() const = 0;
};
struct Circle : Shape {
  Stack stack() const override {
    Stack taken = take_stack();
    stay_on_stack();
    return taken;
  }
};

void* take_in_thread(void* stack) {
  *static_cast<Stack*>(stack) = recurse(3);
  return nullptr;
}

struct TakeWhenDestroyed {
  Stack* stack;
  ~TakeWhenDestroyed() {
    if (stack->frames.empty()) *stack = take_stack();
  }
};
[[gnu::noinline]] void throw_through(Stack* stack, int depth) {
  TakeWhenDestroyed taker{stack};
  if (depth == 0) throw 1;
  throw_through(stack, depth - 1);
}

}  // namespace

TEST_CASE("recursion is walked like libgcc walks it") {
  require_agreement_cold_and_warm([] { return recurse(20); });
}

TEST_CASE("unoptimised and optimised code are walked alike") {
  require_agreement_cold_and_warm([] { return recurse_unoptimised(10); });
  require_agreement_cold_and_warm([] { return recurse_optimised(10); });
}

TEST_CASE("a stack deeper than the capacity keeps its innermost frames and says that it is truncated") {
  start_unwinder();
  const Stack all = recurse(100);
  const Stack some = recurse(100, 40);
  REQUIRE(some.result.truncated == 1);
  REQUIRE(some.frames.size() == 40);
  // The frames are those of the same code, but for the call in this function.
  REQUIRE(std::equal(some.frames.begin(), some.frames.end(), all.frames.begin()));
}

TEST_CASE("a stack exactly as deep as the capacity is not truncated") {
  start_unwinder();
  const u32 depth = recurse(10).result.depth;
  REQUIRE(recurse(10, depth).result.truncated == 0);
  REQUIRE(recurse(10, depth - 1).result.truncated == 1);
  REQUIRE(recurse(10, 0).result.depth == 0);
}

TEST_CASE("functions with alloca are walked") {
  require_agreement_cold_and_warm([] { return with_alloca(5000); });
}

TEST_CASE("functions with over-aligned frames are walked") {
  require_agreement_cold_and_warm([] { return with_aligned_frame(5); });
}

TEST_CASE("callbacks from libc are walked") {
  require_agreement_cold_and_warm([] {
    int numbers[] = {3, 1, 2};
    g_from_callback = Stack();
    std::qsort(numbers, 3, sizeof(int), take_and_compare);
    return g_from_callback;
  });
}

TEST_CASE("std::sort, std::function and virtual calls are walked") {
  require_agreement_cold_and_warm([] {
    Stack stack;
    std::unique_ptr<Shape> shape = std::make_unique<Circle>();
    std::function<bool(int, int)> less = [&](int a, int b) {
      if (stack.frames.empty()) stack = shape->stack();
      return a < b;
    };
    int numbers[] = {3, 1, 2};
    std::sort(std::begin(numbers), std::end(numbers), less);
    return stack;
  });
}

TEST_CASE("the stack of a thread ends at the thread's first function") {
  require_agreement_cold_and_warm([] {
    Stack stack;
    pthread_t thread;
    pthread_create(&thread, nullptr, take_in_thread, &stack);
    pthread_join(thread, nullptr);
    return stack;
  });
}

TEST_CASE("a destructor that runs while an exception passes sees the whole stack") {
  require_agreement_cold_and_warm([] {
    Stack stack;
    try {
      throw_through(&stack, 4);
    } catch (int) {
    }
    return stack;
  });
}

TEST_CASE("exceptions still pass when every frame has been walked") {
  start_unwinder();
  for (int round = 0; round < 100; ++round) {
    Stack stack;
    REQUIRE_THROWS_AS(throw_through(&stack, 10), int);
  }
}

TEST_CASE("leakwatch's own frames are left out") {
  start_unwinder();
  const Stack all = recurse(5);
  const u64 own = all.frames[2];  // the recursive call, which is frames 1 to 5
  unwind_start(own - 1, own + 1);
  const Stack without = recurse(5);
  unwind_start(0, 0);
  REQUIRE(without.frames.size() == all.frames.size() - 5);
  REQUIRE(std::find(without.frames.begin(), without.frames.end(), own) == without.frames.end());
  REQUIRE(without.result.truncated == 0);
}

TEST_CASE("errno survives a cold walk") {
  start_unwinder();
  unwind_forget(0, kEverything);
  u64 frames[64];
  errno = 4711;
  const UnwindResult result = unwind(frames, 64, &t_bounds);
  REQUIRE(errno == 4711);
  REQUIRE(result.cold > 0);
}

TEST_CASE("the trusted part of a stack grows to where the stack pointer has been, and stays on the stack") {
  start_unwinder();
  std::thread([] {
    // A sanitizer's thread-local variables lie between the stack and its end, more than one walk reaches over.
    StackBounds bounds{};
    u64 frames[64];
    for (int walk = 0; walk < 40; ++walk) unwind(frames, 64, &bounds);
    const u64 here = reinterpret_cast<u64>(__builtin_frame_address(0));
    CHECK(bounds.low <= here);
    CHECK(here < bounds.high);
    const u64 low_before = bounds.low;
    [&bounds, &frames ]() __attribute__((noinline)) {
      volatile char room[40000];
      room[0] = 1;
      unwind(frames, 64, &bounds);
      room[sizeof(room) - 1] = 1;
    }
    ();
    CHECK(bounds.low + 36000 <= low_before);
    pthread_attr_t attributes;
    void* start = nullptr;
    std::size_t bytes = 0;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &start, &bytes);
    pthread_attr_destroy(&attributes);
    CHECK(bounds.low >= reinterpret_cast<u64>(start));
    CHECK(bounds.high <= reinterpret_cast<u64>(start) + bytes);
  }).join();
}

}  // namespace lw
