// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/search_cost.h"

#include <sys/resource.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/small_file.h"
#include "interposer/platform/text.h"

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr u64 kGuessedPauseNs = 40;  // a page; 10 ms a GiB
constexpr u64 kFewPages = 4096;      // of which the pause says nothing about larger ones
constexpr u64 kLookEveryNs = 2'000'000;
constexpr u32 kParent = 4, kMinorFaults = 10;  // fields of /proc/PID/stat

u64 g_page_pause_ps = kGuessedPauseNs * 1000;

u64 stat_number(const char* path, u32 field) {
  char line[512];
  line[read_small_file(path, line, sizeof line - 1)] = '\0';
  return number_in_stat(line, field);
}

}  // namespace

u64 own_pages() {
  char line[128];
  line[read_small_file("/proc/self/statm", line, sizeof line - 1)] = '\0';
  const char* at = line;
  u64 numbers[3] = {};  // virtual, resident, and of that shared
  for (u64& number : numbers) {
    number = take_decimal(at);
    while (*at == ' ') ++at;
  }
  return numbers[1] - (numbers[2] < numbers[1] ? numbers[2] : numbers[1]);
}

u64 expected_pause_ns(u64 pages) { return pages * load_relaxed(g_page_pause_ps) / 1000; }

void learn_pause(u64 pages, u64 worked_ns) {
  if (pages >= kFewPages)
    store_relaxed(g_page_pause_ps, (load_relaxed(g_page_pause_ps) + worked_ns * 1000 / pages) / 2);
}

void CopiedPages::begin(u64 most_bytes) {
  rusage usage{};
  sys::call(SYS_getrusage, RUSAGE_SELF, sys::word(&usage));
  faults_before_ = static_cast<u64>(usage.ru_minflt);
  most_ = most_bytes / kPage;
  next_look_ns_ = 0;
}

// The parent by the number that it has where /proc was mounted, which may be another namespace's.
bool CopiedPages::too_many(u64 now_ns) {
  if (now_ns < next_look_ns_) return false;
  next_look_ns_ = now_ns + kLookEveryNs;
  Text<64> path;
  path << "/proc/" << stat_number("/proc/self/stat", kParent) << "/stat";
  return stat_number(path.c_str(), kMinorFaults) > faults_before_ + most_;
}

u64 number_in_stat(const char* line, u32 field) {
  const char* at = nullptr;
  for (const char* c = line; *c != '\0'; ++c) {
    if (*c == ')') at = c + 1;
  }
  if (at == nullptr) return 0;
  for (u32 i = 2; i < field; ++i) {
    if (*at == ' ') ++at;
    if (i + 1 == field) return take_decimal(at);
    while (*at != ' ' && *at != '\0') ++at;
  }
  return 0;
}

}  // namespace lw
