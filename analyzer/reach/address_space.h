// SPDX-License-Identifier: Apache-2.0
// Where a process has memory, and what of it may hold pointers of the program's own.
#pragma once

#include <string>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

struct Region {
  u64 start = 0, end = 0, file_offset = 0, inode = 0;
  bool readable = false, writable = false, executable = false, shared = false;
  std::string path;  // "[heap]", "[stack]", a file's name, "" for anonymous memory

  bool anonymous() const { return inode == 0; }
};

struct Range {
  u64 start = 0, end = 0;
};

// /proc/PID/maps, or text of that form; lines that make no sense are left out.
std::vector<Region> regions_of(u64 pid);
std::vector<Region> parse_regions(const std::string& text);

// Those that may hold a pointer: whatever the program can write, or could write before it was made read-only: anonymous
// memory, and the data of objects that the loader protects once it is relocated. Live files list addresses and hold
// nothing.
std::vector<Region> regions_with_pointers(const std::vector<Region>& regions);

// libc.so.6, or libc-2.31.so as it was called before.
bool is_libc(const Region& region);

// Of the first mapping of libleakwatch.so; nullptr if there is none.
const Region* leakwatch_library(const std::vector<Region>& regions);

}  // namespace lw
