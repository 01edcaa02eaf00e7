// SPDX-License-Identifier: Apache-2.0
// libunwind opens a pipe when it is initialised, by which it asks whether an address of its own process can be read. We
// never have it unwind this process (rule_learn.cc), so nothing is ever written there; but a pipe that stays open gives
// the program other numbers for its own descriptors, is inherited by forked children, and is handed to somebody's
// socket when a daemon closes all it does not know.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include "interposer/platform/syscalls.h"

namespace lw {

// Closes at the end of its scope the pipe that was opened within. It is told by its numbers, the lowest that were free
// at the beginning, by being both ends of one pipe, and by not blocking.
class LibraryPipe {
 public:
  LibraryPipe() {
    if (sys::failed(sys::call(SYS_pipe2, sys::word(ends_), O_CLOEXEC))) {
      ends_[0] = ends_[1] = -1;
      return;
    }
    for (const int end : ends_) sys::close(end);
  }
  ~LibraryPipe() {
    u64 first = 0, second = 0;
    if (!is_pipe_end(ends_[0], &first) || !is_pipe_end(ends_[1], &second) || first != second) return;
    for (const int end : ends_) sys::close(end);
  }
  LibraryPipe(const LibraryPipe&) = delete;
  LibraryPipe& operator=(const LibraryPipe&) = delete;

 private:
  static bool is_pipe_end(int end, u64* pipe) {
    struct stat file {};
    if (sys::failed(sys::call(SYS_fstat, end, sys::word(&file))) || !S_ISFIFO(file.st_mode)) return false;
    *pipe = file.st_ino;
    const long flags = sys::call(SYS_fcntl, end, F_GETFL);
    return !sys::failed(flags) && (flags & O_NONBLOCK) != 0;
  }

  int ends_[2];
};

}  // namespace lw
