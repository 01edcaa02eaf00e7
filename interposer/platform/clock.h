// SPDX-License-Identifier: Apache-2.0
// Time. libc's clock_gettime goes through the vDSO: about 25 ns, no lock, no errno on success.
#pragma once

#include <time.h>

#include "snapshot/layout.h"

namespace lw {

inline u64 read_clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}
inline u64 monotonic_ns() { return read_clock_ns(CLOCK_MONOTONIC); }
inline u64 unix_ns() { return read_clock_ns(CLOCK_REALTIME); }
inline u64 thread_cpu_ns() { return read_clock_ns(CLOCK_THREAD_CPUTIME_ID); }
inline u64 process_cpu_ns() { return read_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace lw
