// SPDX-License-Identifier: Apache-2.0
// The lines of /proc/self/maps, one by one, out of a fixed buffer.
#pragma once

#include "interposer/platform/text.h"

namespace lw {

struct MapsLine {
  u64 start;
  u64 end;
  u64 file_offset;
  bool readable, writable, executable, shared;
  const char* path;  // valid until the next line; "" for anonymous memory
};

// Calls `visit(self, line)` for each line of `path`, which is /proc/self/maps or looks like it. False if the file
// cannot be read (no /proc). One thread at a time.
bool read_maps(const char* path, void* self, void (*visit)(void* self, const MapsLine& line));

}  // namespace lw
