// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot: stacks, sites and the live set, which is nearly all of a snapshot's bytes.
// Freestanding: runs in the watched process, in signal handlers too.
//
// A site's number is its place in the live table, and each has a stack of its own. The stacks of the first
// kSortWindow sites are written in an order that puts like beside like; those of later sites in the sites' order.
#include "snapshot/encoding.h"

namespace lw {
namespace {

u64 sorted_sites(const Encoding& encoding) {
  const u64 sites = encoding.tables.sites.count;
  return sites < kSortWindow ? sites : kSortWindow;
}

// The frames a site claims, if they lie in the table; none if the site is not there yet.
StackRef stack_of(const Encoding& encoding, u64 number) {
  const Site& site = encoding.tables.sites[number];
  const u64 frames = encoding.tables.frames.count;
  if (load_acquire(site.key) != 0) {
    const u64 first = load_relaxed(site.stack);
    const u64 depth = load_relaxed(site.depth);
    if (depth <= kMaxStackDepth && first <= frames && depth <= frames - first) {
      return {static_cast<u32>(first), static_cast<u16>(depth), static_cast<u16>(number)};
    }
  }
  return {0, 0, static_cast<u16>(number)};
}

class StackEncoder {
 public:
  explicit StackEncoder(Encoding& encoding)
      : encoding_(encoding), previous_(encoding.scratch.previous_frames), frames_left_(encoding.tables.frames.count) {}

  void put(u64 site_number, StackRef stack) {
    const Site& site = encoding_.tables.sites[site_number];
    const bool begun = load_acquire(site.key) != 0;
    u16 flags = begun ? load_relaxed(site.flags) & (kStackTruncated | kStackOther) : kStackTruncated;
    // The stacks of a sound file do not overlap: all together they have as many frames as the table. Without
    // this a damaged one could claim the same frames for each of its sites and come out a thousand times its size.
    if (stack.depth > frames_left_ || (begun && load_relaxed(site.depth) != stack.depth)) {
      stack.depth = 0;
      flags |= kStackTruncated;
    }
    frames_left_ -= stack.depth;

    encoding_.out.record();
    encoding_.out.varint(begun ? load_relaxed(site.epoch) : 0);
    encoding_.out.varint(flags);
    put_frames(stack);
  }

 private:
  void put_frames(StackRef stack) {
    const u64* frames = encoding_.tables.frames.records + stack.first;
    const auto frame = [&](u32 level) { return load_relaxed(frames[stack.depth - 1 - level]); };
    u32 shared = 0;
    while (shared < stack.depth && shared < previous_depth_ && frame(shared) == previous_[shared]) {
      ++shared;
    }
    encoding_.out.varint(shared);
    encoding_.out.varint(stack.depth - shared);
    u64 before = shared > 0 ? previous_[shared - 1] : 0;
    for (u32 level = shared; level < stack.depth; ++level) {
      previous_[level] = frame(level);
      encoding_.out.difference(previous_[level], before);
      before = previous_[level];
    }
    previous_depth_ = stack.depth;
  }

  Encoding& encoding_;
  u64* previous_;  // what was written, not what the table says by now
  u32 previous_depth_ = 0;
  u64 frames_left_;
};

struct LoadedSums {
  u64 samples = 0;
  f64 count = 0, bytes = 0, count_variance = 0, bytes_variance = 0;
};

// Site and SiteFrees name their sums alike.
template <class Record>
LoadedSums load_sums(const Record& record) {
  return {load_relaxed(record.samples), load_relaxed(record.count), load_relaxed(record.bytes),
          load_relaxed(record.count_variance), load_relaxed(record.bytes_variance)};
}

void put_sums(SectionWriter& out, const LoadedSums& sums) {
  out.varint(sums.samples);
  if (sums.samples == 0) {
    return;
  }
  out.real64(amount(sums.count));
  out.real64(amount(sums.bytes));
  out.real32(amount32(sums.count_variance));
  out.real32(amount32(sums.bytes_variance));
}

void put_lifetimes(SectionWriter& out, const SiteFrees& frees) {
  f32 counts[kLifetimeBins];
  u32 bins = 0;
  for (u32 b = 0; b < kLifetimeBins; ++b) {
    counts[b] = amount32(load_relaxed(frees.lifetime[b]));
    bins += counts[b] > 0;
  }
  out.varint(bins);
  for (u32 b = 0; b < kLifetimeBins; ++b) {
    if (counts[b] > 0) {
      out.varint(b);
      out.real32(counts[b]);
    }
  }
}

void put_frees(Encoding& encoding, u32 frees_number) {
  SectionWriter& out = encoding.out;
  const bool any = frees_number != 0 && frees_number <= encoding.tables.site_frees.count;
  const SiteFrees nothing{};
  const SiteFrees& frees = any ? encoding.tables.site_frees[frees_number - 1] : nothing;
  put_sums(out, load_sums(frees));
  out.varint(load_relaxed(frees.mismatches));
  out.varint(load_relaxed(frees.mismatch_kinds) & 0xffff);
  put_lifetimes(out, frees);
}

}  // namespace

void encode_stacks(Encoding& encoding) {
  EncodeScratch& scratch = encoding.scratch;
  const u64 sorted = sorted_sites(encoding);
  for (u64 i = 0; i < sorted; ++i) {
    scratch.stacks[i] = stack_of(encoding, i);
  }
  StackSort{encoding.tables.frames.records}(scratch.stacks, static_cast<u32>(sorted));

  encoding.out.begin(SectionType::kStacks);
  StackEncoder stacks(encoding);
  for (u64 i = 0; i < sorted; ++i) {
    const StackRef stack = scratch.stacks[i];
    scratch.stack_of_site[stack.site] = static_cast<u16>(i);
    stacks.put(stack.site, stack);
  }
  for (u64 i = sorted; i < encoding.tables.sites.count; ++i) {
    stacks.put(i, stack_of(encoding, i));
  }
  encoding.out.end();
}

void encode_sites(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const u64 sorted = sorted_sites(encoding);
  const Site nothing{};
  out.begin(SectionType::kSites);
  for (u64 i = 0; i < encoding.tables.sites.count; ++i) {
    const Site& there = encoding.tables.sites[i];
    const Site& site = load_acquire(there.key) != 0 ? there : nothing;
    const u64 first_ns = encoding.since_start(load_relaxed(site.first_ns));
    const u64 last_ns = encoding.since_start(load_relaxed(site.last_ns));
    out.record();
    out.varint(i < sorted ? encoding.scratch.stack_of_site[i] : i);
    out.varint(first_ns);
    out.varint(last_ns < first_ns ? 0 : last_ns - first_ns);
    put_sums(out, load_sums(site));
    put_frees(encoding, load_relaxed(site.frees));
  }
  out.end();
}

}  // namespace lw
