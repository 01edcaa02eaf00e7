// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot: the live set. Samples are written by ascending address, window by window: differences of
// addresses then take three bytes rather than five. Their order means nothing.
// Freestanding: runs in the watched process, in signal handlers too.
#include "snapshot/encoding.h"

namespace lw {
namespace {

struct LoadedSample {
  u64 address, size, birth_us, first_birth_us, interval;
  u64 site, thread, reallocs;
  u64 resident_kib;
  AllocKind kind;
  u8 flags;
  Reach reach;
};

class LiveEncoder {
 public:
  explicit LiveEncoder(Encoding& encoding) : encoding_(encoding) {}

  // Samples of sites that are younger than the snapshot are left out: they were born during the dump.
  void put(const LiveSample& sample) {
    LoadedSample loaded;
    if (load(sample, &loaded) && loaded.site < encoding_.tables.sites.count) {
      write(loaded);
    }
  }

 private:
  // False if there is no sample, or no longer the same one after its fields were read.
  bool load(const LiveSample& sample, LoadedSample* loaded) const {
    const u64 address = load_acquire(sample.address);
    if (address == 0) {
      return false;
    }
    const u64 interval = load_acquire(sample.interval);
    const u32 thread = load_acquire(sample.thread);
    const AllocKind kind = load_acquire(sample.kind);
    const Reach reach = load_acquire(sample.reach);
    *loaded = {address,
               load_acquire(sample.size),
               encoding_.since_start(load_acquire(sample.birth_ns)) / 1000,
               encoding_.since_start(load_acquire(sample.first_birth_ns)) / 1000,
               interval == 0 ? 1 : interval,
               load_acquire(sample.site),
               thread < encoding_.tables.threads.count ? thread : 0,
               load_acquire(sample.reallocs),
               load_acquire(sample.resident_kib),
               kind <= AllocKind::kMmap ? kind : AllocKind::kMalloc,
               static_cast<u8>(load_acquire(sample.flags) & (kSampleInherited | kSampleRealloc)),
               reach <= Reach::kHeldByLost ? reach : Reach::kUnknown};
    return still_is(sample.address, address);
  }

  void write(const LoadedSample& sample) {
    SectionWriter& out = encoding_.out;
    const u64 distance = sample.address - address_;
    const bool whole_pages = distance % (1 << kLivePageLog2) == 0;
    const u64 stored_distance = whole_pages ? static_cast<u64>(static_cast<i64>(distance) >> kLivePageLog2) : distance;
    const bool other_interval = sample.interval != interval_;
    u32 marks = sample.flags;
    if (whole_pages) marks |= kLiveWholePages;
    if (other_interval) marks |= kLiveInterval;
    if (sample.resident_kib != 0) marks |= kLiveResident;
    marks |= static_cast<u32>(sample.reach) << kLiveReachShift;
    out.record();
    out.varint(static_cast<u64>(sample.kind) + u64{8} * marks);
    out.varint(zigzag(stored_distance));
    out.varint(sample.size);
    out.difference(sample.birth_us, birth_us_);
    out.varint(sample.site);
    out.varint(sample.thread);
    if (other_interval) {
      out.difference(sample.interval, interval_);
    }
    if ((sample.flags & kSampleRealloc) != 0) {
      out.varint(sample.reallocs);
      out.varint(sample.first_birth_us < sample.birth_us ? sample.birth_us - sample.first_birth_us : 0);
    }
    if (sample.resident_kib != 0) {
      out.varint((sample.resident_kib - 1) * 1024);
    }
    address_ = sample.address;
    birth_us_ = sample.birth_us;
    interval_ = sample.interval;
  }

  Encoding& encoding_;
  u64 address_ = 0, birth_us_ = 0, interval_ = 0;
};

}  // namespace

void encode_live(Encoding& encoding) {
  const TableView<LiveSample>& live = encoding.tables.live;
  u64* keys = encoding.scratch.keys;
  encoding.out.begin(SectionType::kLive);
  LiveEncoder samples(encoding);
  for (u64 next = 0; next < live.count;) {
    const u64 window = next;
    u64 count = 0;
    for (; next < live.count && next - window < kSortWindow; ++next) {
      if (const u64 address = load_relaxed(live[next].address); address != 0) {
        keys[count++] = address / 16 * kSortWindow + (next - window);
      }
    }
    sort_keys(keys, count);
    for (u64 i = 0; i < count; ++i) {
      samples.put(live[window + keys[i] % kSortWindow]);
    }
  }
  encoding.out.end();
}

}  // namespace lw
