// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include "interposer/cold/rule_learn.h"
#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

constexpr u32 kParent = 100;
constexpr u32 kChild = 101;

// Runs in a child; true if it came back with true. A hang is ended by the alarm.
template <typename Work>
bool in_child(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(work() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("the gate lets threads in, also several") {
  LibraryGate gate;
  REQUIRE(gate.enter(kParent));
  REQUIRE(gate.enter(kParent));
  gate.leave();
  gate.leave();
  REQUIRE(gate.enter(kParent));
}

TEST_CASE("the gate is open in a child if nobody was inside at the fork") {
  LibraryGate gate;
  REQUIRE(gate.enter(kParent));
  gate.leave();
  REQUIRE(gate.enter(kChild));
  REQUIRE(gate.enter(kChild));
  gate.leave();
  gate.leave();
  REQUIRE(gate.enter(kChild));
}

TEST_CASE("the gate stays shut in a child if somebody was inside at the fork, and in its children") {
  LibraryGate gate;
  REQUIRE(gate.enter(kParent));
  REQUIRE_FALSE(gate.enter(kChild));
  REQUIRE_FALSE(gate.enter(kChild));
  REQUIRE_FALSE(gate.enter(kChild + 1));
}

TEST_CASE("a signal handler that forks inside of libunwind leaves a gate that still counts right") {
  LibraryGate gate;
  REQUIRE(gate.enter(kParent));
  REQUIRE_FALSE(gate.enter(kChild));  // in the handler, in the child
  gate.leave();                       // back in the interrupted lookup
  REQUIRE_FALSE(gate.enter(kChild));
}

TEST_CASE("a forked child walks, warm and cold") {
  start_unwinder();
  REQUIRE(in_child([] {
    const Stack warm = take_stack();
    unwind_forget(0, ~0ULL);
    const Stack cold = take_stack();
    return agrees_with_libgcc(warm) && agrees_with_libgcc(cold) && cold.result.cold > 0 && cold.result.truncated == 0;
  }));
}

TEST_CASE("a child forked while a thread was inside of libunwind walks without it, and never hangs") {
  start_unwinder();
  const auto take = [] { return take_stack(); };
  REQUIRE(take().result.truncated == 0);
  REQUIRE(library_gate()->enter(static_cast<u32>(getpid())));
  const bool as_it_should = in_child([&take] {
    const Stack warm = take();
    unwind_forget(0, ~0ULL);
    const Stack cold = take();
    LoadedObject object;
    const u64 here = reinterpret_cast<u64>(&unwind);
    return warm.frames.size() > 1 && cold.result.cold > 0 && cold.frames.size() >= 3 && find_object(here, &object) &&
           !rule_from_libunwind(object, here + 1).known();
  });
  library_gate()->leave();
  REQUIRE(as_it_should);
}

}  // namespace lw
