// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/maps_file.h"

#include "interposer/platform/small_file.h"

namespace lw {
namespace {

// "55d0c0a00000-55d0c0a2c000 r-xp 00002000 08:01 1234   /usr/bin/x"
bool parse_line(const char* at, MapsLine& line) {
  line.start = take_hexadecimal(at);
  if (*at++ != '-') return false;
  line.end = take_hexadecimal(at);
  if (*at++ != ' ') return false;
  u32 letters = 0;
  line.executable = false;
  for (; *at != ' ' && *at != '\0'; ++at, ++letters) line.executable |= *at == 'x';
  if (letters != 4 || *at++ != ' ') return false;
  line.file_offset = take_hexadecimal(at);
  for (u32 field = 0; field < 2; ++field) {  // device and inode
    while (*at == ' ') ++at;
    while (*at != ' ' && *at != '\0') ++at;
  }
  while (*at == ' ') ++at;
  line.path = at;
  return line.start < line.end;
}

}  // namespace

bool read_maps(const char* path, void* self, void (*visit)(void* self, const MapsLine& line)) {
  const long fd = sys::open(path, O_RDONLY | O_CLOEXEC);
  if (sys::failed(fd)) return false;
  static char buffer[4096];  // a line is at most a path and 74 characters; one that does not fit is left out
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
      MapsLine line;
      if (!too_long && parse_line(buffer + begin, line)) visit(self, line);
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

}  // namespace lw
