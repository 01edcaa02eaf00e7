// SPDX-License-Identifier: Apache-2.0
// What the parts of the encoder share; private to snapshot/encode*.cc.
//
// Everything the live file says is doubted: a number is loaded once into a local, clamped, and only then used.
// A record that is not there yet, or no longer, keeps its number where others refer to it (sites, stacks, threads: they
// are written as empty) and is left out where nobody does.
#pragma once

#include "snapshot/atomic.h"
#include "snapshot/live_tables.h"
#include "snapshot/section_writer.h"
#include "snapshot/sorting.h"

namespace lw {

// How the lent memory is divided. Sorting goes by windows of this many records: larger ones hardly make the file
// smaller (each doubling saves one bit a record).
inline constexpr u32 kSortWindow = 4096;

struct EncodeScratch {
  union {
    StackRef stacks[kSortWindow];
    u64 keys[kSortWindow];
  };
  u16 stack_of_holder[kSortWindow];
  u64 previous_frames[kMaxStackDepth];  // outermost first
  u8 buffer[15 << 10];
};
static_assert(sizeof(EncodeScratch) + alignof(EncodeScratch) <= kEncodeScratchBytes);

struct Encoding {
  SectionWriter out;
  const LiveView& live;
  const LiveHeader& header;
  LiveTables tables;
  EncodeScratch& scratch;
  u64 start_ns;
  u64 now_ns;

  // Who has a stack: first those that are kept for their own sake, then the sites. Each has one, and its number in
  // STACKS is the place at which it was written: by likeness within the first window, in this order behind it.
  u64 stack_holders() const { return tables.stacks.count + tables.sites.count; }
  u64 stack_of_holder(u64 holder) const { return holder < kSortWindow ? scratch.stack_of_holder[holder] : holder; }
  u64 stack_of_kept(u64 number) const { return stack_of_holder(number); }
  u64 stack_of_site(u64 number) const { return stack_of_holder(tables.stacks.count + number); }

  // No time in a snapshot is before the start or after the dump. (Samples that a forked child inherited are older
  // than the child: their birth is its start.)
  u64 since_start(u64 time_ns) const {
    return time_ns <= start_ns ? 0 : (time_ns < now_ns ? time_ns : now_ns) - start_ns;
  }
};

// Weighted sums are finite and not negative; a live file that says otherwise is damaged there.
inline f64 amount(f64 sum) { return sum > 0 && sum <= __DBL_MAX__ ? sum : 0; }
inline u64 rounded(f64 sum) {
  constexpr f64 kMax = 9.2e18;  // below 2^63
  const f64 bounded = amount(sum < kMax ? sum : kMax);
  const u64 below = static_cast<u64>(bounded);
  return below + (bounded - static_cast<f64>(below) >= 0.5);
}
inline f32 amount32(f64 sum) {
  return sum < static_cast<f64>(__FLT_MAX__) ? static_cast<f32>(amount(sum)) : __FLT_MAX__;
}

// At most `capacity` characters up to the first NUL, loaded one by one.
inline void put_text(SectionWriter& out, const char* text, u64 capacity) {
  u64 length = 0;
  while (length < capacity && load_relaxed(text[length]) != 0) {
    ++length;
  }
  out.varint(length);
  for (u64 i = 0; i < length; ++i) {
    out.byte(static_cast<u8>(load_relaxed(text[i])));
  }
}

void encode_stacks(Encoding& encoding);  // before all that follow: it decides the stacks' numbers
void encode_sites(Encoding& encoding);
void encode_releases(Encoding& encoding);
void encode_live(Encoding& encoding);
void encode_memory(Encoding& encoding);

}  // namespace lw
