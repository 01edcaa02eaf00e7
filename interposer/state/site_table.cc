// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/site_table.h"

#include "interposer/state/drops.h"
#include "interposer/state/live_table.h"
#include "interposer/state/reused_code.h"
#include "snapshot/hash.h"

namespace lw {
namespace {

// When seven eighths of the sites or frames are gone, new stacks are known by their innermost frames only: the line
// that allocates is still named, and there are far fewer of these. Stacks that have a site keep it.
constexpr u32 kShortDepth = 8;

// cell = site number + 1 : 32 | upper half of the key : 32; 0 = empty. Cells are only ever filled.
u64 make_cell(u32 site, u64 key) { return (u64{site} + 1) << 32 | key >> 32; }

Site* sites() { return records<Site>(TableId::kSites); }

u32 make_site(const StackView& stack, u64 key, u64 now_ns) {
  const u32 frames = take_records(TableId::kFrames, stack.depth);
  if (frames == kNoRecord) {
    count_drop(DropReason::kFramesFull);
    return kNoRecord;
  }
  const u32 number = take_records(TableId::kSites, 1);
  if (number == kNoRecord) return kNoRecord;
  __builtin_memcpy(records<u64>(TableId::kFrames) + frames, stack.frames, u64{stack.depth} * 8);
  Site& site = sites()[number];
  site.stack = frames;
  site.depth = stack.depth;
  if (stack.truncated) site.flags = kStackTruncated;
  site.epoch = load_relaxed(process().live->mappings_epoch);
  site.first_ns = now_ns;
  site.last_ns = now_ns;
  store_release(site.key, key);
  return number;
}

// A key's cells in the order in which they are tried: a few in a table of one page, so that a program with few sites
// touches no more, then all those of the large table.
constexpr u64 kNearCells = 512, kNearWindow = 8;

u64& site_cell(u64 key, u64 i) {
  const Process& p = process();
  if (i < kNearWindow) return p.site_cells[((key >> 55) + i) % kNearCells];
  return p.site_cells[kNearCells + ((key + i - kNearWindow) & p.site_cell_mask)];
}

u64 all_cells() { return kNearWindow + process().site_cell_mask + 1; }

bool cell_is(u64 cell, u64 key) {
  return static_cast<u32>(cell) == key >> 32 && load_relaxed(sites()[static_cast<u32>(cell >> 32) - 1].key) == key;
}

u32 find_site(u64 key) {
  for (u64 i = 0; i < all_cells(); ++i) {
    const u64 cell = load_acquire(site_cell(key, i));
    if (cell == 0) break;
    if (cell_is(cell, key)) return static_cast<u32>(cell >> 32) - 1;
  }
  return kNoRecord;
}

// If another thread is faster with the same stack, the site made here stays behind, empty: rare, and cheaper than any
// way to take it back.
u32 enter_site(const StackView& stack, u64 key, u64 now_ns, bool* is_new) {
  const u32 made = make_site(stack, key, now_ns);
  if (made == kNoRecord) return kNoRecord;
  for (u64 i = 0; i < all_cells(); ++i) {
    u64& cell = site_cell(key, i);
    u64 seen = load_acquire(cell);
    if (seen == 0 &&
        __atomic_compare_exchange_n(&cell, &seen, make_cell(made, key), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      *is_new = true;
      return made;
    }
    if (cell_is(seen, key)) return static_cast<u32>(seen >> 32) - 1;
  }
  return kNoRecord;
}

SiteFrees* frees_of(u32 number) {
  Site& site = sites()[number];
  u32 have = load_acquire(site.frees);
  if (have == 0) {
    const u32 fresh = take_records(TableId::kSiteFrees, 1);
    if (fresh == kNoRecord) return nullptr;
    store_relaxed(records<SiteFrees>(TableId::kSiteFrees)[fresh].site, number + 1);
    have = replace(site.frees, 0u, fresh + 1) ? fresh + 1 : load_acquire(site.frees);
  }
  return records<SiteFrees>(TableId::kSiteFrees) + (have - 1);
}

// What the live samples of the heap stand for, kept as a running sum for the memory log. The books of mapped regions
// are kept by range (mapped_regions.h).
void add_to_totals(AllocKind kind, const Weight& weight, f64 sign) {
  if (kind == AllocKind::kMmap) return;
  LiveTotals& totals = process().live_totals;
  add_relaxed(totals.count, sign * weight.count);
  add_relaxed(totals.bytes, sign * weight.bytes);
  add_relaxed(totals.bytes_variance, sign * weight.bytes_variance);
}

u32 lifetime_bin(u64 lifetime_ns) {
  const u32 log2 = lifetime_ns == 0 ? 0 : 63 - static_cast<u32>(__builtin_clzll(lifetime_ns));
  if (log2 <= kLifetimeFirstLog2) return 0;
  const u32 bin = log2 - kLifetimeFirstLog2;
  return bin < kLifetimeBins ? bin : kLifetimeBins - 1;
}

}  // namespace

u64 stack_key(const StackView& stack) {
  const u64 key = hash64(stack.frames, u64{stack.depth} * 8, reuses_of(stack.frames, stack.depth));
  return key != 0 ? key : 1;
}

u64 site_cell_count(u32 capacity) {
  u64 count = 1024;
  while (count < u64{capacity} * 2) count *= 2;
  return kNearCells + count;
}

u64 site_cell_mask(u64 cells) { return cells - kNearCells - 1; }

bool start_sites() {
  const u32 number = take_records(TableId::kSites, 1);
  if (number != kOtherSite) return false;
  Site& other = sites()[kOtherSite];
  other.flags = kStackOther;
  store_release(other.key, u64{1});
  return true;
}

u32 find_or_make_site(const StackView& stack, u64 now_ns, bool* is_new) {
  *is_new = false;
  if (stack.depth == 0) return kOtherSite;
  u64 key = stack_key(stack);
  u32 number = find_site(key);
  if (number != kNoRecord) return number;
  StackView kept = stack;
  if (stack.depth > kShortDepth && (nearly_full(TableId::kSites) || nearly_full(TableId::kFrames))) {
    kept = {stack.frames, kShortDepth, true};
    key = stack_key(kept);
    number = find_site(key);
    if (number != kNoRecord) return number;
  }
  number = enter_site(kept, key, now_ns, is_new);
  if (number != kNoRecord) return number;
  count_drop(DropReason::kSitesMerged);
  return kOtherSite;
}

void add_allocation(u32 site, AllocKind kind, const Weight& weight, u64 now_ns) {
  Site& s = sites()[site];
  add_relaxed(s.samples, u64{1});
  add_relaxed(s.count, weight.count);
  add_relaxed(s.bytes, weight.bytes);
  add_relaxed(s.count_variance, weight.count_variance);
  add_relaxed(s.bytes_variance, weight.bytes_variance);
  store_relaxed(s.last_ns, now_ns);
  add_to_totals(kind, weight, 1);
}

void reweigh_allocation(u32 site, AllocKind kind, const Weight& before, const Weight* after) {
  Site& s = sites()[site];
  const Weight now = after != nullptr ? *after : Weight{0, 0, 0, 0};
  if (after == nullptr) add_relaxed(s.samples, ~u64{0});
  add_relaxed(s.count, now.count - before.count);
  add_relaxed(s.bytes, now.bytes - before.bytes);
  add_relaxed(s.count_variance, now.count_variance - before.count_variance);
  add_relaxed(s.bytes_variance, now.bytes_variance - before.bytes_variance);
  add_to_totals(kind, before, -1);
  add_to_totals(kind, now, 1);
}

void add_free(u32 site, AllocKind kind, const Weight& weight, u64 now_ns, u64 lifetime_ns, u32 mismatch) {
  SiteFrees* f = frees_of(site);
  if (f == nullptr) {
    // The free is real, so the sums must not keep the block: take its allocation back instead.
    reweigh_allocation(site, kind, weight, nullptr);
    return;
  }
  add_relaxed(f->samples, u64{1});
  add_relaxed(f->count, weight.count);
  add_relaxed(f->bytes, weight.bytes);
  add_relaxed(f->count_variance, weight.count_variance);
  add_relaxed(f->bytes_variance, weight.bytes_variance);
  if (lifetime_ns != kUnknownLifetime) add_relaxed(f->lifetime[lifetime_bin(lifetime_ns)], weight.count);
  store_relaxed(f->last_ns, now_ns);
  add_to_totals(kind, weight, -1);
  if (mismatch != 0) {
    store_relaxed(f->mismatch_kinds, mismatch);
    add_relaxed(f->mismatches, u64{1});
  }
}

void add_cut(u32 site, const Weight& gone, bool in_two, f64 count, u64 now_ns) {
  Site& s = sites()[site];
  if (in_two) {
    add_relaxed(s.samples, u64{1});
    add_relaxed(s.count, count);
  }
  SiteFrees* f = frees_of(site);
  if (f == nullptr) {
    add_relaxed(s.bytes, -gone.bytes);
    add_relaxed(s.bytes_variance, -gone.bytes_variance);
    return;
  }
  add_relaxed(f->bytes, gone.bytes);
  add_relaxed(f->bytes_variance, gone.bytes_variance);
  store_relaxed(f->last_ns, now_ns);
}

}  // namespace lw
