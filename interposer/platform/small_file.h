// SPDX-License-Identifier: Apache-2.0
// Reads of the small files by which the kernel answers questions.
#pragma once

#include <fcntl.h>

#include "interposer/platform/syscalls.h"

namespace lw {

// At most `room` bytes from the start of the file; the number read, 0 if it cannot be opened.
inline u64 read_small_file(const char* path, char* bytes, u64 room) {
  const long fd = sys::open(path, O_RDONLY | O_CLOEXEC);
  if (sys::failed(fd)) return 0;
  u64 have = 0;
  while (have < room) {
    const long got = sys::read(fd, bytes + have, room - have);
    if (got <= 0) break;
    have += static_cast<u64>(got);
  }
  sys::close(fd);
  return have;
}

// The decimal number at `at`, which is left behind it; 0 if there is none.
inline u64 take_decimal(const char*& at) {
  u64 value = 0;
  for (; *at >= '0' && *at <= '9'; ++at) value = value * 10 + static_cast<u64>(*at - '0');
  return value;
}

// The same for a hexadecimal number as /proc/self/maps writes it.
inline u64 take_hexadecimal(const char*& at) {
  u64 value = 0;
  for (;; ++at) {
    if (*at >= '0' && *at <= '9') {
      value = value * 16 + static_cast<u64>(*at - '0');
    } else if (*at >= 'a' && *at <= 'f') {
      value = value * 16 + static_cast<u64>(*at - 'a' + 10);
    } else {
      return value;
    }
  }
}

}  // namespace lw
