// SPDX-License-Identifier: Apache-2.0
// A process with a memory log that is written by hand: one point a second, each filled in by a function of the time.
#pragma once

#include "analyzer/model/profile.h"

namespace lw {

inline constexpr f64 kMiB = 1 << 20;

inline u64 bytes(f64 value) { return static_cast<u64>(value); }

// `write(point, t)`: t from 0 (start) to 1 (now).
template <typename Write>
Process process_with_log(u64 seconds, Write write) {
  Process process;
  process.name = "server";
  process.profiles.push_back({static_cast<f64>(seconds), 0, 0, DumpReason::kPeek, 64 << 10});
  process.live.known = true;
  process.live.first.push_back(0);
  for (u64 second = 1; second <= seconds; ++second) {
    MemoryPoint point{};
    point.time_ns = second * 1'000'000'000;
    write(point, static_cast<f64>(second) / static_cast<f64>(seconds));
    process.memory.push_back(point);
  }
  return process;
}

// What an allocator and the kernel say of a heap: so much handed out, so much free, so much of other kinds.
inline void write_heap(MemoryPoint& point, f64 in_use, f64 free, f64 files = 8 * kMiB) {
  point.live_bytes = in_use * 0.95;
  point.allocator_in_use = bytes(in_use);
  point.allocator_free = bytes(free);
  point.allocator_resident = bytes(in_use + free);
  point.rss_file = bytes(files);
  point.rss_bytes = bytes(in_use + free + kMiB) + point.rss_file;
}

}  // namespace lw
