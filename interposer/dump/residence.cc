// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/residence.h"

#include "interposer/platform/clock.h"
#include "interposer/platform/pages.h"
#include "interposer/state/live_table.h"

namespace lw {
namespace {

constexpr u64 kMostNs = 1'000'000;

// What a parent has mapped is measured there: each child of a database would ask about the same shared memory.
bool is_measured(const LiveSample& sample) {
  const bool parents =
      load_relaxed(sample.kind) == AllocKind::kMmap && (load_relaxed(sample.flags) & kSampleInherited) != 0;
  return load_relaxed(sample.size) >= kMeasuredFrom && !parents;
}

// Pages that the block shares with others count with its share of them.
void measure(LiveSample& sample, u64 address) {
  const u64 size = load_relaxed(sample.size);
  const u64 resident = estimate_resident_bytes(address, size);
  const u64 kib = resident / 1024 < 0xFFFFFFFE ? resident / 1024 : 0xFFFFFFFE;
  if (still_is(sample.address, address)) store_relaxed(sample.resident_kib, static_cast<u32>(kib + 1));
}

}  // namespace

void measure_residence() {
  static u32 hand = 0;
  LiveSample* samples = records<LiveSample>(TableId::kLive);
  const u32 count = used_records(TableId::kLive);
  const u64 end_ns = monotonic_ns() + kMostNs;
  for (u32 i = 0; i < count; ++i) {
    LiveSample& sample = samples[hand = hand + 1 < count ? hand + 1 : 0];
    const u64 address = load_acquire(sample.address);
    if (address == 0 || !is_measured(sample)) continue;
    measure(sample, address);
    if (monotonic_ns() >= end_ns) return;
  }
}

}  // namespace lw
