// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot: stacks, sites, and who freed their blocks.
// Freestanding: runs in the watched process, in signal handlers too.
//
// A site's number is its place in the live table, and each has a stack of its own. The first kSortWindow stacks are
// written in an order that puts like beside like; later ones in the order of their holders.
#include "snapshot/encoding.h"

namespace lw {
namespace {

// What a holder says of its stack. Site and KeptStack name it alike.
struct StackClaim {
  bool begun;  // the holder is there
  u64 first, depth;
  u32 epoch;
  u16 flags;
};

template <class Holder>
StackClaim claim_of(const Holder& holder) {
  if (load_acquire(holder.key) == 0) return {};
  return {true, load_relaxed(holder.stack), load_relaxed(holder.depth), load_relaxed(holder.epoch),
          load_relaxed(holder.flags)};
}

StackClaim claim_of(const Encoding& encoding, u64 holder) {
  const u64 kept = encoding.tables.stacks.count;
  return holder < kept ? claim_of(encoding.tables.stacks[holder]) : claim_of(encoding.tables.sites[holder - kept]);
}

// The frames a holder claims, if they lie in the table; none if the holder is not there yet.
StackRef stack_of(const Encoding& encoding, u64 holder) {
  const StackClaim claim = claim_of(encoding, holder);
  const u64 frames = encoding.tables.frames.count;
  const bool inside =
      claim.begun && claim.depth <= kMaxStackDepth && claim.first <= frames && claim.depth <= frames - claim.first;
  return {inside ? static_cast<u32>(claim.first) : 0, inside ? static_cast<u16>(claim.depth) : u16{0},
          static_cast<u16>(holder)};
}

class StackEncoder {
 public:
  explicit StackEncoder(Encoding& encoding)
      : encoding_(encoding), previous_(encoding.scratch.previous_frames), frames_left_(encoding.tables.frames.count) {}

  void put(u64 holder, StackRef stack) {
    const StackClaim claim = claim_of(encoding_, holder);
    u16 flags = claim.begun ? claim.flags & (kStackTruncated | kStackOther) : kStackTruncated;
    // The stacks of a sound file do not overlap: all together they have as many frames as the table. Without
    // this a damaged one could claim the same frames for each of its sites and come out a thousand times its size.
    if (stack.depth > frames_left_ || (claim.begun && claim.depth != stack.depth)) {
      stack.depth = 0;
      flags |= kStackTruncated;
    }
    frames_left_ -= stack.depth;

    encoding_.out.record();
    encoding_.out.varint(claim.epoch);
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
  u64 counts[kLifetimeBins];
  u32 bins = 0;
  for (u32 b = 0; b < kLifetimeBins; ++b) {
    counts[b] = rounded(load_relaxed(frees.lifetime[b]));
    bins += counts[b] > 0;
  }
  out.varint(bins);
  for (u32 b = 0; b < kLifetimeBins; ++b) {
    if (counts[b] > 0) {
      out.varint(b);
      out.varint(counts[b]);
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
  const u64 holders = encoding.stack_holders();
  const u64 sorted = holders < kSortWindow ? holders : kSortWindow;
  for (u64 i = 0; i < sorted; ++i) {
    scratch.stacks[i] = stack_of(encoding, i);
  }
  StackSort{encoding.tables.frames.records}(scratch.stacks, static_cast<u32>(sorted));

  encoding.out.begin(SectionType::kStacks);
  StackEncoder stacks(encoding);
  for (u64 i = 0; i < sorted; ++i) {
    const StackRef stack = scratch.stacks[i];
    scratch.stack_of_holder[stack.holder] = static_cast<u16>(i);
    stacks.put(stack.holder, stack);
  }
  for (u64 i = sorted; i < holders; ++i) {
    stacks.put(i, stack_of(encoding, i));
  }
  encoding.out.end();
}

void encode_sites(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  const Site nothing{};
  out.begin(SectionType::kSites);
  for (u64 i = 0; i < encoding.tables.sites.count; ++i) {
    const Site& there = encoding.tables.sites[i];
    const Site& site = load_acquire(there.key) != 0 ? there : nothing;
    const u64 first_us = encoding.since_start(load_relaxed(site.first_ns)) / 1000;
    const u64 last_us = encoding.since_start(load_relaxed(site.last_ns)) / 1000;
    out.record();
    out.varint(encoding.stack_of_site(i));
    out.varint(first_us);
    out.varint(last_us < first_us ? 0 : last_us - first_us);
    put_sums(out, load_sums(site));
    put_frees(encoding, load_relaxed(site.frees));
  }
  out.end();
}

void encode_releases(Encoding& encoding) {
  SectionWriter& out = encoding.out;
  out.begin(SectionType::kReleases);
  for (u64 i = 0; i < encoding.tables.releases.count; ++i) {
    const ReleaseRecord& release = encoding.tables.releases[i];
    const u64 site = load_acquire(release.site);
    const u64 stack = load_relaxed(release.stack);
    if (site == 0 || site > encoding.tables.sites.count || stack >= encoding.tables.stacks.count) {
      continue;
    }
    out.record();
    out.varint(site - 1);
    out.varint(encoding.stack_of_kept(stack));
    out.varint(encoding.since_start(load_relaxed(release.last_ns)) / 1000);
    out.varint(load_relaxed(release.samples));
    out.real32(amount32(load_relaxed(release.count)));
    out.real32(amount32(load_relaxed(release.bytes)));
  }
  out.end();
}

}  // namespace lw
