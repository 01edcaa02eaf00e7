// SPDX-License-Identifier: Apache-2.0
// A successful malloc, and free always, must leave errno as it was. Our own code makes raw system calls and never
// touches it; what we call in libc or the allocator (memalign, mallinfo2, dlsym, libunwind) may.
#pragma once

#include <errno.h>

namespace lw {

class KeepErrno {
 public:
  KeepErrno() : saved_(errno) {}
  ~KeepErrno() { errno = saved_; }
  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;

 private:
  int saved_;
};

}  // namespace lw
