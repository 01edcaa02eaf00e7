// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/proc.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>

namespace lw {
namespace {

std::string folder_of(uint64_t pid) { return "/proc/" + std::to_string(pid); }

// "55d0-55e0 rw-s 00000000 00:19 7 /dev/shm/leakwatch.server.12.live" → the path; "" if there is none.
std::string path_in(const std::string& line) {
  const size_t slash = line.find('/');
  return slash == std::string::npos ? "" : line.substr(slash);
}

bool names_a_live_file(const std::string& path) {
  const size_t name = path.rfind('/') + 1;
  return path.compare(name, 10, "leakwatch.") == 0 && path.size() > 5 && path.ends_with(".live");
}

struct Stat {
  char state = 0;
  uint64_t threads = 0, start_ticks = 0;
};

// Fields 3, 20 and 22 of /proc/PID/stat; zeros if there is none.
Stat stat_of(uint64_t pid) {
  std::ifstream file(folder_of(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t name_end = text.rfind(')');  // the name may contain spaces and brackets
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  Stat stat;
  std::string skipped;
  fields >> stat.state;
  for (int field = 4; field < 20; ++field) fields >> skipped;
  fields >> stat.threads >> skipped >> stat.start_ticks;
  return stat;
}

}  // namespace

bool process_exists(uint64_t pid) {
  return pid > 0 && pid <= 0x7fffffff && (kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
}

uint64_t start_ticks_of(uint64_t pid) { return stat_of(pid).start_ticks; }

bool still_runs(uint64_t pid, uint64_t start_ticks) {
  const Stat stat = stat_of(pid);
  return start_ticks != 0 && stat.start_ticks == start_ticks && (stat.state != 'Z' || stat.threads > 1);
}

std::optional<std::vector<std::string>> mapped_live_files(uint64_t pid) {
  std::ifstream maps(folder_of(pid) + "/maps");
  if (!maps) return {};
  std::vector<std::string> paths;
  for (std::string line; std::getline(maps, line);) {
    const std::string path = path_in(line);
    if (names_a_live_file(path) && std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  return paths;
}

std::string reachable_path(uint64_t pid, const std::string& path) {
  // The process's own view first: the same path may name another file here.
  std::string below_root = folder_of(pid) + "/root" + path;
  if (access(below_root.c_str(), R_OK) == 0) return below_root;
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

}  // namespace lw
