// SPDX-License-Identifier: Apache-2.0
// Stacks that are not the thread's own: coroutines, mmap-ed memory, with guard pages and garbage around them.
#include <sys/mman.h>
#include <ucontext.h>

#include <cstring>

#include "tests/unit/unwind/stacks.h"

// lw_test_on_bare_stack(function, argument, top, rbp): calls function(argument) with rsp = top and the given rbp. It
// has no unwind tables, as if written by somebody who did not know of them.
asm(R"(
  .text
  .type lw_test_on_bare_stack, @function
lw_test_on_bare_stack:
  push %rbx
  push %rbp
  mov %rsp, %rbx
  mov %rdx, %rsp
  mov %rcx, %rbp
  mov %rdi, %rax
  mov %rsi, %rdi
  call *%rax
  mov %rbx, %rsp
  pop %rbp
  pop %rbx
  ret
  .size lw_test_on_bare_stack, . - lw_test_on_bare_stack
)");
extern "C" void lw_test_on_bare_stack(void (*function)(void*), void* argument, void* top,
                                      lw::u64 bp) asm("lw_test_on_bare_stack");

namespace lw {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;
constexpr std::size_t kPage = 4096;

// [guard][stack][guard]
class GuardedStack {
 public:
  GuardedStack() {
    memory_ = static_cast<char*>(
        mmap(nullptr, kStackBytes + 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory_, kPage, PROT_NONE);
    mprotect(memory_ + kPage + kStackBytes, kPage, PROT_NONE);
  }
  ~GuardedStack() { munmap(memory_, kStackBytes + 2 * kPage); }
  GuardedStack(const GuardedStack&) = delete;
  GuardedStack& operator=(const GuardedStack&) = delete;

  char* low() const { return memory_ + kPage; }
  char* high() const { return memory_ + kPage + kStackBytes; }

 private:
  char* memory_;
};

ucontext_t g_main, g_coroutine;
Stack g_stack;

[[gnu::noinline]] void coroutine() {
  g_stack = take_stack();
  swapcontext(&g_coroutine, &g_main);
  g_stack = take_stack();
}

struct Taken {
  u64 frames[64];
  UnwindResult result;
};

[[gnu::noinline]] void take_bare(void* taken) {
  StackBounds* bounds = &t_bounds;
  static_cast<Taken*>(taken)->result = unwind(static_cast<Taken*>(taken)->frames, 64, bounds);
  stay_on_stack();
}

}  // namespace

TEST_CASE("a coroutine's stack is whole, and ends where the coroutine began") {
  start_unwinder();
  GuardedStack memory;
  getcontext(&g_coroutine);
  g_coroutine.uc_stack.ss_sp = memory.low();
  g_coroutine.uc_stack.ss_size = kStackBytes;
  g_coroutine.uc_link = &g_main;
  makecontext(&g_coroutine, coroutine, 0);
  const StackBounds before = t_bounds;
  for (int turn = 0; turn < 2; ++turn) {
    swapcontext(&g_main, &g_coroutine);
    REQUIRE_AGREEMENT(g_stack);
    REQUIRE(g_stack.frames.size() >= 2);
  }
  // Its memory belongs to somebody who may unmap it: nothing of it may be trusted later.
  REQUIRE((before.high == 0 || before.high == t_bounds.high));
  REQUIRE(
      (t_bounds.high <= reinterpret_cast<u64>(memory.low()) || t_bounds.low >= reinterpret_cast<u64>(memory.high())));
}

TEST_CASE("a stack made by hand, with a guard page and garbage above, stops the walk and nothing else") {
  start_unwinder();
  GuardedStack memory;
  // Close to the guard page, at it, and well below it.
  for (const std::size_t room : {std::size_t{64}, std::size_t{0}, std::size_t{20000}}) {
    char* top = memory.high() - room;
    const u64 in_stack = reinterpret_cast<u64>(memory.low()) + kStackBytes / 2;
    const u64 above_top = reinterpret_cast<u64>(memory.high()) - 32;
    for (const u64 bp : {u64{0}, u64{0x4141414141414141}, in_stack, above_top, reinterpret_cast<u64>(memory.high()),
                         reinterpret_cast<u64>(top), reinterpret_cast<u64>(top) + 3}) {
      std::memset(memory.low(), 0x41, kStackBytes);
      Taken taken{};
      lw_test_on_bare_stack(take_bare, &taken, top, bp);
      CAPTURE(room, bp);
      REQUIRE(taken.result.truncated == 1);
      REQUIRE(taken.result.depth == 2);  // take_bare, and the code without tables that called it
    }
  }
}

}  // namespace lw
