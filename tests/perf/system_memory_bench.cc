// flags: -I. -std=c++20 -D_GNU_SOURCE interposer/platform/system_memory.cc interposer/platform/text.cc -ldl
// SPDX-License-Identifier: Apache-2.0
// What a look at the process's memory costs, as the memory log takes one a second.
//   make perf-programs && out/release/perf/system_memory_bench
// The processor's time of each of 2,000 looks: median and the tenth and ninetieth of a hundred.

#include <sys/mman.h>

#include <algorithm>

#include "interposer/platform/small_file.h"
#include "interposer/platform/system_memory.h"
#include "measured_loop.h"

namespace {

template <class Look>
void measure_looks(const char* name, Look look) {
  std::vector<uint64_t> times;
  for (int i = 0; i < 2000; ++i) {
    const uint64_t began = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    look();
    times.push_back(clock_ns(CLOCK_THREAD_CPUTIME_ID) - began);
  }
  std::sort(times.begin(), times.end());
  printf("%-24s %6.1f us (%.1f to %.1f)\n", name, times[1000] / 1e3, times[200] / 1e3, times[1800] / 1e3);
}

}  // namespace

int main() {
  for (int i = 0; i < 200; ++i)  // as many mappings as a server with some libraries has
    mmap(nullptr, 4096, i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  static char status[8192];
  measure_looks("/proc/self/status", [] { lw::read_small_file("/proc/self/status", status, sizeof status - 1); });
  measure_looks("/proc/self/smaps_rollup",
                [] { lw::read_small_file("/proc/self/smaps_rollup", status, sizeof status - 1); });
  measure_looks("all of it, within a second of the last", [] { lw::read_system_memory(1); });
  measure_looks("all of it, later", [] {
    static uint64_t now_ns = 0;
    lw::read_system_memory(now_ns += 1'000'000'000);
  });
}
