// SPDX-License-Identifier: Apache-2.0
// Finds, in words of memory, pointers to some blocks: the innermost loop of the question "is anything still pointing
// there". Freestanding, allocates nothing: both houses use it.
//
// A word counts as a pointer to a block if its lower 47 bits lie in [start, end], the end included: `p + n` points to
// what p does. So pointers into the middle, with low tag bits, and with a count or tag in the upper 17 bits all count.
// What is hidden by arithmetic (XOR lists, 32-bit offsets, encrypted or byte-wise stored pointers) is not seen.
//
// Three tests, each for what the one before let through, and each without a branch, since a wrong guess costs more than
// the test: the word against the range of all blocks, some hundred words at a time, which wide instructions do eight at
// a time (RangeTest); its page against a bit filter; a binary search. docs/reach.md has the figures.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct ScanBlock {
  u64 start, end;  // bytes [start, end); start < end
};

inline constexpr u32 kNoBlock = ~u32{0};
inline constexpr u64 kPointerMask = (u64{1} << 47) - 1;
inline constexpr u32 kLeastFilterPageLog2 = 8;
inline constexpr u32 kMostFilterPageLog2 = 12;
inline constexpr u64 kPageFilterWords = 1 << 14;  // 2^20 bits, 128 KiB: stays in the second-level cache
inline constexpr u32 kScanBatch = 256;            // words that are tested together

// Which of the first `count` (at most kScanBatch) of `words` lie in [low, low + span] as addresses: writes their
// numbers in order, and returns how many. `numbers` has room for `count`.
using RangeTest = u32 (*)(const u64* words, u32 count, u64 low, u64 span, u16* numbers);

inline u32 words_in_range(const u64* words, u32 count, u64 low, u64 span, u16* numbers) {
  u32 found = 0;
  for (u32 i = 0; i < count; ++i) {
    numbers[found] = static_cast<u16>(i);
    found += (words[i] & kPointerMask) - low <= span;
  }
  return found;
}

class BlockMap {
 public:
  // `blocks` are sorted and do not overlap; `filter` has kPageFilterWords words and is overwritten. Both must outlive
  // the map. Blocks of many gigabytes only make the filter less sharp.
  BlockMap(const ScanBlock* blocks, u32 count, u64* filter, RangeTest in_range = words_in_range)
      : blocks_(blocks), count_(count), filter_(filter), in_range_(in_range), page_log2_(fitting_page(blocks, count)) {
    for (u64 i = 0; i < kPageFilterWords; ++i) filter[i] = 0;
    for (u32 i = 0; i < count; ++i) {
      const u64 first = blocks[i].start >> page_log2_;
      u64 last = blocks[i].end >> page_log2_;
      if (last - first >= kPageFilterWords * 64) last = first + kPageFilterWords * 64 - 1;  // every bit is set
      for (u64 page = first; page <= last; ++page) filter[(page / 64) % kPageFilterWords] |= u64{1} << page % 64;
    }
    if (count != 0) low_ = blocks[0].start;
    if (count != 0) span_ = blocks[count - 1].end - low_;
  }

  // The block that `word` points to, or kNoBlock.
  u32 find(u64 word) const {
    const u64 address = word & kPointerMask;
    const u32 after = first_after(address);
    if (after == 0 || address > blocks_[after - 1].end) return kNoBlock;
    return after - 1;
  }

  // Number of the first block that starts behind `address`; count() if none does.
  u32 first_after(u64 address) const {
    // Arithmetic instead of branches: each comparison is a coin toss, and a wrong guess costs more than the step.
    u32 begin = 0;
    for (u32 left = count_; left > 0;) {
      const u32 half = (left + 1) / 2;
      begin += half & (0u - u32{blocks_[begin + half - 1].start <= address});
      left -= half;
    }
    return begin;
  }

  // Numbers of those of the first `count` (at most kScanBatch) of `words` that may point to a block; most others are
  // left out. How many.
  u32 candidates(const u64* words, u32 count, u16* numbers) const {
    const u32 in_range = in_range_(words, count, low_, span_, numbers);
    u32 found = 0;
    for (u32 i = 0; i < in_range; ++i) {
      const u16 number = numbers[i];
      const u64 page = (words[number] & kPointerMask) >> page_log2_;
      numbers[found] = number;
      found += static_cast<u32>((filter_[(page / 64) % kPageFilterWords] >> page % 64) & 1);
    }
    return found;
  }
  u32 count() const { return count_; }
  const ScanBlock& operator[](u32 number) const { return blocks_[number]; }

 private:
  // As large as the average block, so that each sets a bit or two.
  static u32 fitting_page(const ScanBlock* blocks, u32 count) {
    u64 bytes = 0;
    for (u32 i = 0; i < count; ++i) bytes += blocks[i].end - blocks[i].start;
    u32 log2 = kLeastFilterPageLog2;
    while (log2 < kMostFilterPageLog2 && bytes >> log2 > count) ++log2;
    return log2;
  }

  const ScanBlock* blocks_;
  u32 count_;
  const u64* filter_;
  RangeTest in_range_;
  u32 page_log2_;      // of the filter's pages
  u64 low_ = ~u64{0};  // nothing is in range of no blocks
  u64 span_ = 0;
};

// Calls `visit(number of the word, block)` for every word that points to a block.
template <class Visit>
void scan_words(const u64* words, u64 count, const BlockMap& map, Visit&& visit) {
  u16 numbers[kScanBatch];
  for (u64 at = 0; at < count; at += kScanBatch) {
    const u32 batch = count - at < kScanBatch ? static_cast<u32>(count - at) : kScanBatch;
    const u32 found = map.candidates(words + at, batch, numbers);
    for (u32 i = 0; i < found; ++i) {
      const u32 block = map.find(words[at + numbers[i]]);
      if (block != kNoBlock) visit(at + numbers[i], block);
    }
  }
}

}  // namespace lw
