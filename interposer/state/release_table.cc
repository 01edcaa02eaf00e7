// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/release_table.h"

#include "interposer/state/drops.h"
#include "interposer/state/live_table.h"

namespace lw {
namespace {

KeptStack* kept_stacks() { return records<KeptStack>(TableId::kStacks); }
ReleaseRecord* releases() { return records<ReleaseRecord>(TableId::kReleases); }

// The record in the first cell from `hash` on that `is_it` knows, or in the empty one before it which `make` fills.
// Whoever comes second to an empty cell leaves the record that it made behind, unused: rare, and cheaper than any way
// to take it back. More cells than records: there is always an empty one.
template <u32 kCells, class IsIt, class Make>
u32 find_or_make(u16 (&cells)[kCells], u64 hash, IsIt is_it, Make make) {
  for (u32 i = 0; i < kCells; ++i) {
    u16& cell = cells[(hash + i) % kCells];
    u16 seen = load_acquire(cell);
    if (seen == 0) {
      const u32 made = make();
      if (made == kNoRecord) return kNoRecord;
      if (__atomic_compare_exchange_n(&cell, &seen, static_cast<u16>(made + 1), false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_ACQUIRE)) {
        return made;
      }
    }
    if (is_it(u32{seen} - 1)) return u32{seen} - 1;
  }
  return kNoRecord;
}

u32 make_kept_stack(const StackView& stack, u64 key) {
  const u32 frames = take_records(TableId::kFrames, stack.depth);
  const u32 number = frames == kNoRecord ? kNoRecord : take_records(TableId::kStacks, 1);
  if (number == kNoRecord) return kNoRecord;
  __builtin_memcpy(records<u64>(TableId::kFrames) + frames, stack.frames, u64{stack.depth} * 8);
  KeptStack& kept = kept_stacks()[number];
  kept.stack = frames;
  kept.depth = stack.depth;
  if (stack.truncated) kept.flags = kStackTruncated;
  kept.epoch = load_relaxed(process().live->mappings_epoch);
  store_release(kept.key, key);
  return number;
}

u32 make_release(u32 site, u32 kept_stack) {
  const u32 number = take_records(TableId::kReleases, 1);
  if (number == kNoRecord) return kNoRecord;
  ReleaseRecord& release = releases()[number];
  release.stack = kept_stack;
  store_release(release.site, site + 1);
  return number;
}

}  // namespace

u32 find_or_make_kept_stack(const StackView& stack, bool* is_new) {
  *is_new = false;
  const u64 key = stack_key(stack);
  return find_or_make(
      process().stack_cells, key, [&](u32 number) { return load_relaxed(kept_stacks()[number].key) == key; },
      [&] {
        const u32 made = make_kept_stack(stack, key);
        *is_new = made != kNoRecord;
        return made;
      });
}

void add_release(u32 site, u32 kept_stack, const Weight& weight, u64 now_ns) {
  const u64 hash = (u64{site} << 32 | kept_stack) * 0x9E3779B97F4A7C15ull >> 32;
  const u32 number = find_or_make(
      process().release_cells, hash,
      [&](u32 at) { return load_acquire(releases()[at].site) == site + 1 && releases()[at].stack == kept_stack; },
      [&] { return make_release(site, kept_stack); });
  if (number == kNoRecord) {
    count_drop(DropReason::kReleasesFull, 0);
    return;
  }
  ReleaseRecord& release = releases()[number];
  add_relaxed(release.samples, u64{1});
  add_relaxed(release.count, weight.count);
  add_relaxed(release.bytes, weight.bytes);
  store_relaxed(release.last_ns, now_ns);
}

u64 sampled_frees_of(u32 site) {
  const u32 frees = load_acquire(records<Site>(TableId::kSites)[site].frees);
  return frees == 0 ? 0 : load_relaxed(records<SiteFrees>(TableId::kSiteFrees)[frees - 1].samples);
}

}  // namespace lw
