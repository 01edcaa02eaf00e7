// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/maps_file.h"

#include "interposer/platform/lines.h"
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
  line.readable = line.writable = line.executable = line.shared = false;
  for (; *at != ' ' && *at != '\0'; ++at, ++letters) {
    line.readable |= *at == 'r';
    line.writable |= *at == 'w';
    line.executable |= *at == 'x';
    line.shared |= *at == 's';
  }
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

struct Reading {
  void* self;
  void (*visit)(void* self, const MapsLine& line);
};

void take_line(void* reading, char* text) {
  const Reading& to = *static_cast<const Reading*>(reading);
  MapsLine line;
  if (parse_line(text, line)) to.visit(to.self, line);
}

}  // namespace

bool read_maps(const char* path, void* self, void (*visit)(void* self, const MapsLine& line)) {
  Reading reading{self, visit};
  return read_lines(path, &reading, take_line);
}

}  // namespace lw
