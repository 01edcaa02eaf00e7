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

// May hold a pointer: whatever the program can write, and anonymous memory that it could write before.
bool may_hold_pointers(const Region& region);

// The mapping of a live file, which lists addresses and holds nothing.
bool is_live_file(const Region& region);

// Of the first mapping of libleakwatch.so; nullptr if there is none.
const Region* leakwatch_library(const std::vector<Region>& regions);

}  // namespace lw
