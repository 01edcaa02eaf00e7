// SPDX-License-Identifier: Apache-2.0
// Stacks that begin in a signal handler.
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

StackRoom g_room;

[[gnu::noinline]] void take_in_handler(int) {
  take_stack_into(&g_room);
  stay_on_stack();
}

void install(int flags) {
  struct sigaction action;
  std::memset(&action, 0, sizeof(action));
  action.sa_handler = take_in_handler;
  action.sa_flags = flags;
  sigaction(SIGUSR1, &action, nullptr);
  sigaction(SIGSEGV, &action, nullptr);
}

void restore() {
  signal(SIGUSR1, SIG_DFL);
  signal(SIGSEGV, SIG_DFL);
}

[[gnu::noinline]] void raise_from(int depth) {
  if (depth == 0) {
    raise(SIGUSR1);
  } else {
    raise_from(depth - 1);
  }
  stay_on_stack();
}

}  // namespace

TEST_CASE("a signal handler's stack reaches the interrupted code and says so") {
  start_unwinder();
  install(0);
  for (int round = 0; round < 2; ++round) {
    raise_from(5);
    const Stack stack = g_room.stack();
    REQUIRE_AGREEMENT(stack);
    REQUIRE(stack.result.in_signal == 1);
  }
  restore();
}

TEST_CASE("a stack without a signal frame does not claim one") {
  start_unwinder();
  REQUIRE(take_stack().result.in_signal == 0);
}

TEST_CASE("a handler on an alternate stack is walked into the stack that it interrupted") {
  start_unwinder();
  constexpr std::size_t kBytes = 256 * 1024;
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t alternate{};
  alternate.ss_sp = memory;
  alternate.ss_size = kBytes;
  stack_t previous;
  REQUIRE(sigaltstack(&alternate, &previous) == 0);
  install(SA_ONSTACK);
  const StackBounds before = t_bounds;
  for (int round = 0; round < 2; ++round) {
    raise_from(5);
    const Stack stack = g_room.stack();
    REQUIRE_AGREEMENT(stack);
    REQUIRE(stack.result.in_signal == 1);
  }
  restore();
  sigaltstack(&previous, nullptr);
  munmap(memory, kBytes);
  // The alternate stack is not the thread's own, and may be unmapped any time: nothing of it is remembered.
  REQUIRE((before.high == 0 || t_bounds.high == before.high));
  REQUIRE((t_bounds.low > reinterpret_cast<u64>(memory) + kBytes || t_bounds.high < reinterpret_cast<u64>(memory)));
}

// A fault interrupts any instruction, here the first one of a function, where nothing is pushed yet.
asm(R"(
  .text
  .type lw_test_fault, @function
lw_test_fault:
  .cfi_startproc
  movl (%rdi), %eax
  ret
  .cfi_endproc
  .size lw_test_fault, . - lw_test_fault
)");
extern "C" int lw_test_fault(const int* address) asm("lw_test_fault");

TEST_CASE("the interrupted instruction is found by frame - 1, like every call") {
  start_unwinder();
  static void* page;
  page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct sigaction action;
  std::memset(&action, 0, sizeof(action));
  action.sa_handler = [](int) {
    take_stack_into(&g_room);
    mprotect(page, 4096, PROT_READ);  // and the instruction is tried again
  };
  sigaction(SIGSEGV, &action, nullptr);
  REQUIRE(lw_test_fault(static_cast<const int*>(page)) == 0);
  restore();
  munmap(page, 4096);
  const Stack stack = g_room.stack();
  REQUIRE_AGREEMENT(stack);
  const u64 interrupted = reinterpret_cast<u64>(&lw_test_fault) + 1;
  REQUIRE(std::count(stack.frames.begin(), stack.frames.end(), interrupted) == 1);
}

}  // namespace lw
