// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/ledger.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/climb.h"
#include "analyzer/model/distributions.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

// Enough for a slope, few enough for all pairs.
constexpr size_t kMostTrendPoints = 200;
// A rise by less than this share of the whole process, or than this many bytes, is not one to speak of.
constexpr f64 kLeastRiseShare = 0.02;
constexpr f64 kLeastRiseBytes = 512 << 10;
// Books that are off by more than this share of the process are no longer its books.
constexpr f64 kOtherProcess = 0.25;
// Of two curves that rise one follows the other if it rises at least half as much, and does not if less than a quarter.
constexpr f64 kFollows = 0.5, kDoesNot = 0.25;

f64 seconds(u64 nanoseconds) { return static_cast<f64>(nanoseconds) * 1e-9; }
f64 rss_of(const MemoryPoint& point) { return static_cast<f64>(point.rss_bytes); }
f64 live_of(const MemoryPoint& point) { return point.live_bytes; }

// Memory of large blocks that nothing was ever written to (of mapped regions the log tells it itself): by the time of
// their birth, what of the live set was untouched when it was last looked at.
class Untouched {
 public:
  explicit Untouched(const LiveSet& live) {
    for (const LiveBlock& block : live.blocks) {
      if (block.kind == AllocKind::kMmap || block.resident >= block.size) continue;
      const f64 blocks = weight_of(block.size, block.interval).count;
      births_.push_back({block.birth_s, blocks * static_cast<f64>(block.size - block.resident)});
    }
  }

  f64 at(f64 time_s) const {
    f64 sum = 0;
    for (const TrendPoint& birth : births_) sum += birth.at_s <= time_s ? birth.value : 0;
    return sum;
  }

 private:
  std::vector<TrendPoint> births_;
};

using Parts = std::array<f64, kLedgerParts>;

bool tells_kinds(const MemoryPoint& point) { return point.rss_file + point.rss_shared > 0; }

Parts parts_at(const MemoryPoint& point, f64 own, f64 untouched) {
  Parts parts{};
  const f64 rss = rss_of(point);
  // Nearly all of leakwatch's own memory is a shared file.
  const f64 files = tells_kinds(point) ? static_cast<f64>(point.rss_file + point.rss_shared) : std::min(own, rss);
  f64 left = std::max(0.0, rss - files);
  const auto take = [&](LedgerPart part, f64 bytes) {
    const f64 taken = std::clamp(bytes, 0.0, left);
    parts[static_cast<size_t>(part)] = taken;
    left -= taken;
  };
  parts[static_cast<size_t>(LedgerPart::kOwn)] = std::min(own, files);
  parts[static_cast<size_t>(LedgerPart::kFiles)] = files - std::min(own, files);
  take(LedgerPart::kAlive, point.live_bytes - untouched);
  take(LedgerPart::kStacks, static_cast<f64>(point.stack_bytes));
  take(LedgerPart::kRetained, static_cast<f64>(point.allocator_resident) - point.live_bytes);
  take(LedgerPart::kMapped, static_cast<f64>(point.mapped_bytes));
  take(LedgerPart::kUnexplained, left);
  return parts;
}

// Points at which the allocator was asked: without its answer a point has no complete books. But if the process is
// another one by now, by its size, better books of today without the allocator's than complete ones of the past.
std::vector<MemoryPoint> complete_points(const std::vector<MemoryPoint>& memory) {
  std::vector<MemoryPoint> points;
  for (const MemoryPoint& point : memory) {
    if (point.allocator_resident > 0) points.push_back(point);
  }
  if (points.empty()) return memory;
  const f64 now = rss_of(memory.back());
  return std::abs(rss_of(points.back()) - now) <= kOtherProcess * now ? points : memory;
}

void enter_parts(Ledger& ledger, const Process& process) {
  const std::vector<MemoryPoint> points = complete_points(process.memory);
  const Untouched untouched(process.live);
  const f64 own = static_cast<f64>(process.receipt.own_bytes);
  const MemoryPoint& newest = points.back();
  ledger.allocator_free = static_cast<f64>(newest.allocator_free);
  ledger.allocator_releasable = static_cast<f64>(newest.allocator_releasable);
  ledger.untouched_bytes = untouched.at(process.duration_s());

  const size_t step = 1 + points.size() / kMostTrendPoints;
  for (size_t i = (points.size() - 1) % step; i < points.size(); i += step) {
    const f64 at_s = seconds(points[i].time_ns);
    ledger.points.push_back({at_s, parts_at(points[i], own, untouched.at(at_s))});
  }
  f64 most = 0;
  for (size_t part = 0; part < kLedgerParts; ++part) {
    std::vector<TrendPoint> later;
    for (const LedgerPoint& point : ledger.points) {
      if (point.at_s >= seconds(newest.time_ns) / 3) later.push_back({point.at_s, point.bytes[part]});
    }
    LedgerEntry& entry = ledger.parts[part];
    const f64 now = ledger.points.back().bytes[part];
    entry.bytes = {now, now, now};
    entry.bytes_per_s = theil_sen_slope(later);
    const f64 rise = climb_of(later).rise();
    if (rise > most) {
      most = rise;
      ledger.rising = LedgerPart{static_cast<u8>(part)};
    }
  }
  // What is alive is a sample's estimate, and what the allocator keeps beside it is off by the same amount.
  const f64 margin = kTwoSided95 * std::sqrt(std::max(0.0, newest.live_bytes_variance));
  for (const LedgerPart part : {LedgerPart::kAlive, LedgerPart::kRetained}) {
    Estimate& bytes = ledger.parts[static_cast<size_t>(part)].bytes;
    bytes = {bytes.value, std::max(0.0, bytes.value - margin), bytes.value + margin};
  }
  const auto know = [&](LedgerPart part, bool known) { ledger.parts[static_cast<size_t>(part)].known = known; };
  for (LedgerEntry& entry : ledger.parts) entry.known = true;
  know(LedgerPart::kAlive, (process.flags & kProcessNotCovered) == 0);
  know(LedgerPart::kRetained, newest.allocator_resident > 0);
  know(LedgerPart::kStacks, newest.stack_bytes > 0);
  know(LedgerPart::kMapped, tells_kinds(newest));
  know(LedgerPart::kFiles, tells_kinds(newest));
}

Agreement agreement_of(const Process& process, f64 rss_bytes) {
  const Climb rss = climb_of(later_curve(process.memory, rss_of));
  const Climb live = climb_of(later_curve(process.memory, live_of));
  if (process.memory.size() < 4 * kLeastPointsInQuarter) return Agreement::kUnknown;
  const f64 least = std::max(kLeastRiseBytes, kLeastRiseShare * rss_bytes);
  const bool rss_rises = rss.steady && rss.rise() >= least;
  const bool live_rises = live.steady && live.rise() >= least;
  if (live_rises) return rss.rise() >= kFollows * live.rise() ? Agreement::kBoth : Agreement::kLiveOnly;
  if (rss_rises) return live.rise() < kDoesNot * rss.rise() ? Agreement::kRssOnly : Agreement::kBoth;
  return Agreement::kLevel;
}

Estimate live_bytes_of(const Process& process) {
  SampledSum live;
  for (const LiveBlock& block : process.live.blocks) {
    const Weight weight = weight_of(block.size, block.interval);
    live.add(weight.bytes, weight.bytes_variance, static_cast<f64>(block.size));
  }
  return estimate_of(live, process.exact() ? 0 : static_cast<f64>(process.newest().interval));
}

}  // namespace

f64 anonymous_of(const MemoryPoint& point) {
  return static_cast<f64>(point.rss_bytes - std::min(point.rss_bytes, point.rss_file + point.rss_shared));
}

std::vector<TrendPoint> later_curve(std::span<const MemoryPoint> memory, f64 (*value)(const MemoryPoint&)) {
  std::vector<TrendPoint> all, points;
  const u64 from_ns = memory.empty() ? 0 : memory.back().time_ns / 3;
  for (const MemoryPoint& point : memory) {
    if (point.time_ns >= from_ns && value(point) >= 0) all.push_back({seconds(point.time_ns), value(point)});
  }
  const size_t step = 1 + all.size() / kMostTrendPoints;
  for (size_t i = 0; i < all.size(); i += step) points.push_back(all[i]);
  return points;
}

Ledger ledger_of(const Process& process) {
  Ledger ledger;
  ledger.live_bytes = live_bytes_of(process);
  ledger.known = !process.memory.empty();
  if (!ledger.known) return ledger;
  for (const MemoryPoint& point : process.memory)
    ledger.most_rss_bytes = std::max(ledger.most_rss_bytes, rss_of(point));
  ledger.rss_bytes = rss_of(process.memory.back());
  ledger.rss_bytes_per_s = theil_sen_slope(later_curve(process.memory, rss_of));
  ledger.live_bytes_per_s = theil_sen_slope(later_curve(process.memory, live_of));
  enter_parts(ledger, process);
  ledger.agreement = agreement_of(process, ledger.rss_bytes);
  return ledger;
}

}  // namespace lw
