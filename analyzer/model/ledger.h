// SPDX-License-Identifier: Apache-2.0
// The books of a process's memory: what the system says it occupies (RSS), and what that consists of.
//
// The parts are taken from several sources (our estimate of what is alive, the allocator's own counts, the kernel's),
// so they need not add up: what is left over is `unexplained` and is shown. Each part takes no more than the parts
// before it have left, since an allocator counts memory that it got from the system, be it resident or not.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "analyzer/model/estimate.h"
#include "analyzer/model/profile.h"
#include "analyzer/model/trend.h"

namespace lw {

enum class LedgerPart : u8 {
  kAlive,        // in blocks that have not been freed: an estimate, as far as the blocks have been written to
  kRetained,     // held by the allocator beyond that: free blocks, rounding, headers
  kStacks,       // of threads
  kMapped,       // mapped by the program itself
  kFiles,        // code, mapped files and shared memory
  kOwn,          // leakwatch's
  kUnexplained,  // what is left
};
inline constexpr size_t kLedgerParts = static_cast<size_t>(LedgerPart::kUnexplained) + 1;

struct LedgerEntry {
  bool known = false;
  Estimate bytes;
  Estimate bytes_per_s;  // over the later two thirds of the time
};

// Do the program's blocks and the system's count go the same way?
enum class Agreement : u8 {
  kUnknown,   // too few points
  kLevel,     // neither rises
  kBoth,      // both rise
  kLiveOnly,  // more is alive all the time, and yet the process does not grow
  kRssOnly,   // the process grows, and what is alive does not
};

// How the books stood at one point of the log.
struct LedgerPoint {
  f64 at_s;
  std::array<f64, kLedgerParts> bytes;
};

struct Ledger {
  bool known = false;  // the memory log has points
  Estimate live_bytes;
  f64 rss_bytes = 0, most_rss_bytes = 0;
  Estimate rss_bytes_per_s, live_bytes_per_s;
  f64 allocator_free = 0;        // as the allocator says, handed out to nobody
  f64 allocator_releasable = 0;  // of that, what it could give back to the system at once; 0: not known
  f64 untouched_bytes = 0;       // of large blocks alive, never written to
  std::array<LedgerEntry, kLedgerParts> parts{};
  std::vector<LedgerPoint> points;  // by time, thinned evenly
  Agreement agreement = Agreement::kUnknown;
  LedgerPart rising = LedgerPart::kUnexplained;  // kRssOnly: the part that rises most

  const LedgerEntry& operator[](LedgerPart part) const { return parts[static_cast<size_t>(part)]; }
};

Ledger ledger_of(const Process& process);

// Resident memory that is neither a file's nor shared: heap, stacks, the program's own mappings. All of it where the
// kernel does not tell kinds apart.
f64 anonymous_of(const MemoryPoint& point);

// The later two thirds of the log as a curve, thinned to what all pairs of points can be looked at. Points at which
// `value` is negative do not know it.
std::vector<TrendPoint> later_curve(std::span<const MemoryPoint> memory, f64 (*value)(const MemoryPoint&));

}  // namespace lw
