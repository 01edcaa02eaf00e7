// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/system_memory.h"

#include <sys/resource.h>

#include "interposer/platform/small_file.h"
#include "interposer/platform/text.h"

namespace lw {
namespace {

constexpr u64 kPageBytes = 4096;

// The control group's folder, found once. Version 2 has one line "0::/path", version 1 one with "memory" in it.
struct Cgroup {
  Text<512> current;
  Text<512> limit;
  bool looked_for;
};
Cgroup g_cgroup;

void find_cgroup() {
  g_cgroup.looked_for = true;
  static char list[2048];  // one thread at a time comes here, and its stack may be small
  list[read_small_file("/proc/self/cgroup", list, sizeof list - 1)] = '\0';
  for (char* line = list; *line != '\0';) {
    char* end = line;
    while (*end != '\0' && *end != '\n') ++end;
    char* first = line;
    while (first < end && *first != ':') ++first;
    char* second = first < end ? first + 1 : end;
    while (second < end && *second != ':') ++second;
    if (second < end) {
      const u64 length = static_cast<u64>(second - first) - 1;
      const bool unified = length == 0;
      const bool memory = length == 6 && starts_with(first + 1, "memory");
      if (unified || memory) {
        Text<512> folder;
        folder << (unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory");
        if (end - second > 2) folder.put(second + 1, static_cast<u64>(end - second) - 1);
        g_cgroup.current.clear();
        g_cgroup.limit.clear();
        g_cgroup.current << folder.c_str() << (unified ? "/memory.current" : "/memory.usage_in_bytes");
        g_cgroup.limit << folder.c_str() << (unified ? "/memory.max" : "/memory.limit_in_bytes");
        if (memory) return;
      }
    }
    line = *end == '\0' ? end : end + 1;
  }
}

u64 read_number(const char* path) {
  char text[32];
  const u64 length = read_small_file(path, text, sizeof text - 1);
  text[length] = '\0';
  const char* at = text;
  return take_decimal(at);
}

}  // namespace

SystemMemory read_system_memory() {
  SystemMemory memory{};
  char statm[128];
  statm[read_small_file("/proc/self/statm", statm, sizeof statm - 1)] = '\0';
  const char* at = statm;
  take_decimal(at);  // total size
  if (*at == ' ') ++at;
  memory.rss_bytes = take_decimal(at) * kPageBytes;
  rusage usage{};
  if (!sys::failed(sys::call(SYS_getrusage, RUSAGE_SELF, sys::word(&usage)))) {
    memory.page_faults = static_cast<u64>(usage.ru_minflt + usage.ru_majflt);
  }
  if (!g_cgroup.looked_for) find_cgroup();
  if (g_cgroup.current.length() > 0) {
    memory.cgroup_bytes = read_number(g_cgroup.current.c_str());
    memory.cgroup_limit = read_number(g_cgroup.limit.c_str());
    // Version 1 says "none" by a number near 2^63.
    if (memory.cgroup_limit > u64{1} << 60) memory.cgroup_limit = 0;
  }
  return memory;
}

}  // namespace lw
