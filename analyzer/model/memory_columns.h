// SPDX-License-Identifier: Apache-2.0
// The memory log at so many even distances of time: what a chart of characters has room for.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/estimate.h"
#include "snapshot/live_layout.h"

namespace lw {

// One stretch of time: the last point up to its end. All zero before the first point.
struct MemoryColumn {
  f64 at_s = 0;
  Estimate live_bytes;       // alive in malloc, estimated from samples
  f64 allocator_in_use = 0;  // as the allocator itself says; 0 = it does not
  f64 allocator_free = 0;    // held by the allocator and not handed out
  f64 rss_bytes = 0;
  u64 threads = 0;
};

// `count` of them, oldest first; none if the log has no points.
std::vector<MemoryColumn> memory_columns(std::span<const MemoryPoint> log, size_t count);

}  // namespace lw
