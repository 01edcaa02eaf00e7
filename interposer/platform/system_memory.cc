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
  Text<512> pressure;
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
        g_cgroup.pressure.clear();
        if (unified) g_cgroup.pressure << folder.c_str() << "/memory.pressure";
        if (sys::failed(sys::access(g_cgroup.pressure.c_str(), 4))) g_cgroup.pressure.clear();  // the root has none
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

// /proc/self/status names its numbers: "VmRSS:\t    1234 kB".
struct StatusLine {
  const char* name;
  u64 SystemMemory::*field;
};
constexpr StatusLine kStatusLines[] = {
    {"VmSize:", &SystemMemory::virtual_bytes}, {"VmHWM:", &SystemMemory::rss_peak},
    {"VmRSS:", &SystemMemory::rss_bytes},      {"RssFile:", &SystemMemory::rss_file},
    {"RssShmem:", &SystemMemory::rss_shared},  {"VmData:", &SystemMemory::data_bytes},
    {"VmStk:", &SystemMemory::stack_bytes},    {"VmExe:", &SystemMemory::code_bytes},
    {"VmLib:", &SystemMemory::code_bytes},     {"VmSwap:", &SystemMemory::swapped},
};

void take_status_line(const char* line, SystemMemory& memory) {
  for (const StatusLine& known : kStatusLines) {
    if (!starts_with(line, known.name)) continue;
    const char* at = line + text_length(known.name);
    while (*at == ' ' || *at == '\t') ++at;
    memory.*known.field += take_decimal(at) * 1024;  // code is the sum of two lines
    return;
  }
}

// A process in thousands of groups has a line that fills the buffer before memory is spoken of; then only resident and
// virtual memory are known.
void read_status(SystemMemory& memory) {
  static char status[8192];
  status[read_small_file("/proc/self/status", status, sizeof status - 1)] = '\0';
  for (const char* at = status; *at != '\0';) {
    take_status_line(at, memory);
    while (*at != '\0' && *at != '\n') ++at;
    if (*at == '\n') ++at;
  }
  if (memory.rss_bytes != 0) return;
  char statm[128];
  statm[read_small_file("/proc/self/statm", statm, sizeof statm - 1)] = '\0';
  const char* at = statm;
  memory.virtual_bytes = take_decimal(at) * kPageBytes;
  if (*at == ' ') ++at;
  memory.rss_bytes = take_decimal(at) * kPageBytes;
}

// "some avg10=12.34 avg60=…": percents with two decimals.
u64 read_pressure(const char* path) {
  char text[128];
  text[read_small_file(path, text, sizeof text - 1)] = '\0';
  constexpr const char* kStart = "some avg10=";
  if (!starts_with(text, kStart)) return 0;
  const char* at = text + text_length(kStart);
  const u64 percents = take_decimal(at);
  if (*at == '.') ++at;
  return percents * 10'000 + take_decimal(at) * 100;
}

// What several processes share, as it was when last looked at.
struct Surroundings {
  u64 cgroup_bytes;
  u64 cgroup_limit;
  u64 pressure_ppm;
  u64 read_ns;
};
Surroundings g_surroundings;

void read_surroundings(u64 now_ns) {
  Surroundings& seen = g_surroundings;
  if (!g_cgroup.looked_for) find_cgroup();
  if (g_cgroup.current.length() > 0) {
    seen.cgroup_bytes = read_number(g_cgroup.current.c_str());
    seen.cgroup_limit = read_number(g_cgroup.limit.c_str());
    // Version 1 says "none" by a number near 2^63.
    if (seen.cgroup_limit > u64{1} << 60) seen.cgroup_limit = 0;
  }
  seen.pressure_ppm =
      read_pressure(g_cgroup.pressure.length() > 0 ? g_cgroup.pressure.c_str() : "/proc/pressure/memory");
  seen.read_ns = now_ns;
}

}  // namespace

SystemMemory read_system_memory(u64 now_ns) {
  constexpr u64 kFreshNs = 900'000'000;
  SystemMemory memory{};
  read_status(memory);
  rusage usage{};
  if (!sys::failed(sys::call(SYS_getrusage, RUSAGE_SELF, sys::word(&usage)))) {
    memory.page_faults = static_cast<u64>(usage.ru_minflt) + static_cast<u64>(usage.ru_majflt);
  }
  rlimit limit{};
  if (!sys::failed(sys::call(SYS_prlimit64, 0, RLIMIT_AS, 0, sys::word(&limit))) && limit.rlim_cur != RLIM_INFINITY) {
    memory.address_space_limit = limit.rlim_cur;
  }
  if (g_surroundings.read_ns == 0 || now_ns - g_surroundings.read_ns > kFreshNs) read_surroundings(now_ns);
  memory.cgroup_bytes = g_surroundings.cgroup_bytes;
  memory.cgroup_limit = g_surroundings.cgroup_limit;
  memory.pressure_ppm = g_surroundings.pressure_ppm;
  return memory;
}

}  // namespace lw
