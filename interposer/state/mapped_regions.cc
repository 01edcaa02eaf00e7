// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/mapped_regions.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/pages.h"

namespace lw {
namespace {

constexpr u64 kHeld = 1;  // in the first word of a place, with or without an address: somebody is at work on it
constexpr u64 kMarks = 4095;
constexpr u64 kMostNs = 1'000'000;

u64 address_in(u64 word) { return word & ~kMarks; }
bool is_free_or_held(u64 word) { return word == 0 || (word & kHeld) != 0; }

u32 places_in_use() {
  const u32 high = load_acquire(process().regions_high);
  return high < kMappedRegions ? high : kMappedRegions;
}

bool fill(MappedRegion& place, const Region& region) {
  if (load_relaxed(place.start) != 0 || !replace(place.start, u64{0}, kHeld)) return false;
  store_relaxed(place.end, region.end);
  store_relaxed(place.resident, (region.marks & kRegionReserved) != 0 ? 0 : region.end - region.start);
  store_relaxed_f64(place.stands_for, region.stands_for);
  store_release(place.start, region.start | region.marks);
  return true;
}

bool overlaps(const MappedRegion& place, u64 word, u64 start, u64 end) {
  return word < end && load_relaxed(place.end) > start;  // marks are less than a page
}

// The two numbers of a place that others may be changing: looked at as one, or not at all.
bool look_at(const MappedRegion& place, Region* region) {
  const u64 word = load_acquire(place.start);
  if (is_free_or_held(word)) return false;
  *region = {address_in(word), load_acquire(place.end), static_cast<u32>(word & kMarks),
             load_relaxed_f64(place.stands_for)};
  return still_is(place.start, word);
}

}  // namespace

bool enter_region(const Region& region) {
  Process& p = process();
  for (u32 i = 0; i < places_in_use(); ++i) {
    if (fill(g_wiped.regions[i], region)) return true;
  }
  while (places_in_use() < kMappedRegions) {
    const u32 fresh = add_relaxed(p.regions_high, 1u);
    if (fresh < kMappedRegions && fill(g_wiped.regions[fresh], region)) return true;
  }
  return false;
}

bool take_region(u64 start, u64 end, Region* region) {
  const u32 count = places_in_use();
  for (u32 i = 0; i < count; ++i) {
    MappedRegion& place = g_wiped.regions[i];
    const u64 word = load_acquire(place.start);
    if (!overlaps(place, word, start, end) || is_free_or_held(word)) continue;
    if (!replace(place.start, word, word | kHeld)) continue;
    const bool still = overlaps(place, word, start, end);  // it may have been another region's place meanwhile
    if (still) {
      *region = {address_in(word), load_relaxed(place.end), static_cast<u32>(word & kMarks),
                 load_relaxed_f64(place.stands_for)};
    }
    store_release(place.start, still ? 0 : word);
    if (still) return true;
  }
  return false;
}

u64 mapped_bytes() {
  f64 bytes = 0;
  for (u32 i = 0; i < places_in_use(); ++i) {
    Region region;
    const u64 resident = load_relaxed(g_wiped.regions[i].resident);
    if (!look_at(g_wiped.regions[i], &region) || (region.marks & kRegionShared) != 0) continue;
    bytes += region.stands_for * static_cast<f64>(resident);
  }
  return static_cast<u64>(bytes);
}

void measure_regions() {
  static u32 hand = 0;
  const u32 count = places_in_use();
  const u64 end_ns = count != 0 ? monotonic_ns() + kMostNs : 0;
  for (u32 i = 0; i < count; ++i) {
    MappedRegion& place = g_wiped.regions[hand = hand + 1 < count ? hand + 1 : 0];
    Region region;
    if (!look_at(place, &region) || (region.marks & kRegionShared) != 0) continue;
    const u64 resident = estimate_resident_bytes(region.start, region.end - region.start);
    Region after;
    if (look_at(place, &after) && after.start == region.start) store_relaxed(place.resident, resident);
    if (monotonic_ns() >= end_ns) return;
  }
}

}  // namespace lw
