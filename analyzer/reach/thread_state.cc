// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/thread_state.h"

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace lw {
namespace {

namespace fs = std::filesystem;

std::vector<u64> thread_ids(u64 pid) {
  std::vector<u64> ids;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", error)) {
    ids.push_back(std::strtoull(entry.path().filename().c_str(), nullptr, 10));
  }
  return ids;
}

ThreadState look_at(u64 pid, u64 tid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/syscall");
  ThreadState state = parse_syscall_file(std::string(std::istreambuf_iterator<char>(file), {}));
  state.tid = tid;
  return state;
}

void add_words(const void* from, size_t bytes, std::vector<u64>& words) {
  const size_t before = words.size();
  words.resize(before + bytes / sizeof(u64));
  std::memcpy(words.data() + before, from, bytes / sizeof(u64) * sizeof(u64));
}

bool take_registers(pid_t tid, ThreadState& state) {
  user_regs_struct registers{};
  user_fpregs_struct vectors{};
  if (ptrace(PTRACE_GETREGS, tid, nullptr, &registers) != 0) return false;
  state.sp = registers.rsp;
  add_words(&registers, sizeof registers, state.words);
  if (ptrace(PTRACE_GETFPREGS, tid, nullptr, &vectors) == 0) {
    add_words(vectors.xmm_space, sizeof vectors.xmm_space, state.words);
  }
  state.hidden = 0;
  return true;
}

void stop_and_look_at(ThreadState& state) {
  const pid_t tid = static_cast<pid_t>(state.tid);
  if (ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) return;
  int status = 0;
  if (ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr) == 0 && waitpid(tid, &status, __WALL) == tid &&
      WIFSTOPPED(status)) {
    take_registers(tid, state);
    // Stopped by a signal rather than by us: it is the thread's, and goes on to it.
    const bool by_signal = status >> 16 == 0;
    ptrace(PTRACE_DETACH, tid, nullptr, by_signal ? WSTOPSIG(status) : 0);
  }
}

}  // namespace

// "running", "-1 SP PC" (waits, but not in a system call), or "NUMBER A1 … A6 SP PC".
ThreadState parse_syscall_file(const std::string& text) {
  ThreadState state;
  state.hidden = kHiddenRunning;
  std::istringstream fields(text);
  long number = 0;
  if (!(fields >> number)) return state;
  std::vector<u64> words;
  for (std::string field; fields >> field;) words.push_back(std::strtoull(field.c_str(), nullptr, 16));
  if (words.size() < 2) return state;
  state.sp = words[words.size() - 2];
  words.resize(words.size() - 2);
  // Outside of a system call (a page fault, a preempted thread) all registers are in use.
  state.hidden = number < 0 ? kHiddenRunning : kHiddenWaiting;
  state.words = std::move(words);
  return state;
}

std::vector<ThreadState> look_at_threads(u64 pid) {
  std::vector<ThreadState> threads;
  for (const u64 tid : thread_ids(pid)) threads.push_back(look_at(pid, tid));
  return threads;
}

std::vector<ThreadState> stop_and_look_at_threads(u64 pid) {
  std::vector<ThreadState> threads = look_at_threads(pid);
  for (ThreadState& thread : threads) stop_and_look_at(thread);
  return threads;
}

}  // namespace lw
