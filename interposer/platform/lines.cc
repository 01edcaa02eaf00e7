// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/lines.h"

#include <fcntl.h>

#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

// What getdents64 writes.
struct DirectoryEntry {
  u64 inode;
  i64 next;
  u16 bytes;
  u8 type;
  char name[1];
};

}  // namespace

bool read_lines(const char* path, void* self, void (*visit)(void* self, char* line)) {
  const long fd = sys::open(path, O_RDONLY | O_CLOEXEC);
  if (sys::failed(fd)) return false;
  char buffer[4096];
  u64 have = 0;
  bool too_long = false;
  for (;;) {
    const long got = sys::read(fd, buffer + have, sizeof buffer - 1 - have);
    if (got <= 0) break;
    have += static_cast<u64>(got);
    u64 begin = 0;
    for (u64 i = 0; i < have; ++i) {
      if (buffer[i] != '\n') continue;
      buffer[i] = '\0';
      if (!too_long) visit(self, buffer + begin);
      too_long = false;
      begin = i + 1;
    }
    if (begin == 0 && have == sizeof buffer - 1) {
      too_long = true;
      begin = have;
    }
    __builtin_memmove(buffer, buffer + begin, have - begin);
    have -= begin;
  }
  sys::close(fd);
  return true;
}

bool read_folder(const char* path, void* self, void (*visit)(void* self, const char* name)) {
  const long fd = sys::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (sys::failed(fd)) return false;
  alignas(8) u8 entries[1024];
  for (;;) {
    const long got = sys::call(SYS_getdents64, fd, sys::word(entries), sizeof entries);
    if (got <= 0) break;
    for (long at = 0; at < got;) {
      const DirectoryEntry& entry = *reinterpret_cast<const DirectoryEntry*>(entries + at);
      if (entry.name[0] != '.') visit(self, entry.name);
      at += entry.bytes;
    }
  }
  sys::close(fd);
  return true;
}

}  // namespace lw
