// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/address_space.h"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "analyzer/base/file_name.h"

namespace lw {
namespace {

// "55d0-55e0 rw-p 00001000 08:01 1234   /usr/bin/x"
bool parse_line(const std::string& line, Region& region) {
  std::istringstream fields(line);
  char dash = 0;
  std::string letters, device;
  fields >> std::hex >> region.start >> dash >> region.end >> letters >> region.file_offset >> device >> std::dec >>
      region.inode;
  if (!fields || dash != '-' || letters.size() != 4 || region.start >= region.end) return false;
  region.readable = letters[0] == 'r';
  region.writable = letters[1] == 'w';
  region.executable = letters[2] == 'x';
  region.shared = letters[3] == 's';
  std::getline(fields >> std::ws, region.path);
  return true;
}

bool is_live_file(const Region& region) {
  std::string name = file_name(region.path);
  if (name.ends_with(" (deleted)")) name.resize(name.size() - 10);
  return name.starts_with("leakwatch.") && name.ends_with(".live");
}

}  // namespace

std::vector<Region> parse_regions(const std::string& text) {
  std::vector<Region> regions;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Region region;
    if (parse_line(line, region)) regions.push_back(std::move(region));
  }
  return regions;
}

std::vector<Region> regions_of(u64 pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/maps");
  return parse_regions(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<Region> regions_with_pointers(const std::vector<Region>& regions) {
  std::set<u64> objects;  // files of which parts are executed
  for (const Region& region : regions) {
    if (region.executable && region.inode != 0) objects.insert(region.inode);
  }
  std::vector<Region> some;
  for (const Region& region : regions) {
    const bool kernels = region.path == "[vsyscall]" || region.path == "[vdso]" || region.path.starts_with("[vvar");
    const bool protected_data = !region.shared && !region.executable && objects.count(region.inode) != 0;
    const bool was_written = region.writable || region.anonymous() || protected_data;
    if (region.readable && was_written && !kernels && !is_live_file(region)) some.push_back(region);
  }
  return some;
}

bool is_libc(const Region& region) {
  const std::string name = file_name(region.path);
  return name.starts_with("libc.so") || name.starts_with("libc-2.");
}

const Region* leakwatch_library(const std::vector<Region>& regions) {
  for (const Region& region : regions) {
    if (file_name(region.path).starts_with("libleakwatch.so") && region.file_offset == 0) return &region;
  }
  return nullptr;
}

}  // namespace lw
