// SPDX-License-Identifier: Apache-2.0
// What can be told of a process's threads without stopping them.
#pragma once

#include <string>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

struct ThreadState {
  u64 tid = 0;
  u64 sp = 0;              // 0 while it runs
  std::vector<u64> words;  // of its registers, as far as they are known
  u32 hidden = 0;          // registers that may hold a pointer of the program's and cannot be seen
};

// A thread that waits in the kernel shows its system call's six arguments and its stack pointer. The six registers
// that a call leaves alone (rbx, rbp, r12 to r15) stay hidden then; of a running thread all are.
inline constexpr u32 kHiddenWaiting = 6;
inline constexpr u32 kHiddenRunning = 15 + 2 * 16;  // and sixteen vector registers of two words each

std::vector<ThreadState> look_at_threads(u64 pid);

// Stops one thread after another for some microseconds and takes all its registers. A system call in which it waits
// may end early for it (EINTR), as when a debugger looks in. Threads that may not be traced are as look_at_threads()
// says.
std::vector<ThreadState> stop_and_look_at_threads(u64 pid);

// The text of /proc/PID/task/TID/syscall.
ThreadState parse_syscall_file(const std::string& text);

}  // namespace lw
