// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/log.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

struct Identity {
  u64 device;
  u64 inode;
  bool known;
};
Identity g_stderr;

Identity identify() {
  struct stat file {};
  if (sys::failed(sys::call(SYS_fstat, 2, sys::word(&file)))) return {};
  return {file.st_dev, file.st_ino, true};
}

bool is_still_stderr() {
  const Identity now = identify();
  return now.known && g_stderr.known && now.device == g_stderr.device && now.inode == g_stderr.inode;
}

// A pipe that nobody reads answers a write with SIGPIPE, which would end the program. Blocked meanwhile, and taken out
// of the queue if it was this write that put it there.
void write_quietly(const char* bytes, u64 length) {
  constexpr u64 kMaskBytes = 8;
  const u64 pipe_signal = u64{1} << (SIGPIPE - 1);
  u64 before = 0;
  u64 pending = 0;
  sys::call(SYS_rt_sigpending, sys::word(&pending), kMaskBytes);
  sys::call(SYS_rt_sigprocmask, SIG_BLOCK, sys::word(&pipe_signal), sys::word(&before), kMaskBytes);
  const long wrote = sys::write(2, bytes, length);
  if (wrote == -EPIPE && (pending & pipe_signal) == 0) {
    const struct timespec at_once {};
    sys::call(SYS_rt_sigtimedwait, sys::word(&pipe_signal), 0, sys::word(&at_once), kMaskBytes);
  }
  sys::call(SYS_rt_sigprocmask, SIG_SETMASK, sys::word(&before), 0, kMaskBytes);
}

}  // namespace

void find_stderr() { g_stderr = identify(); }

void say(const Sentence& sentence) {
  if (!is_still_stderr()) return;
  Text<1100> line;
  line << "leakwatch: " << sentence.c_str() << "\n";
  write_quietly(line.c_str(), line.length());
}

}  // namespace lw
