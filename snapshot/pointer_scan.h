// SPDX-License-Identifier: Apache-2.0
// Finds, in words of memory, pointers to some blocks: the innermost loop of the question "is anything still pointing
// there". Freestanding, allocates nothing: both houses use it.
//
// A word counts as a pointer to a block if its lower 47 bits lie in [start, end], the end included: `p + n` points to
// what p does. So pointers into the middle, with low tag bits, and with a count or tag in the upper 17 bits all count.
// What is hidden by arithmetic (XOR lists, 32-bit offsets, encrypted or byte-wise stored pointers) is not seen.
//
// Two tests, the second for what the first let through: the word against the range of all blocks and its page against a
// bit filter, without a branch; then a binary search. Measured where a third of all words are pointers and one page in
// twelve has a block: 0.5 s a GiB on a busy core, half of it in the searches. Vectors of four words gained a tenth.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct ScanBlock {
  u64 start, end;  // bytes [start, end); start < end
};

inline constexpr u32 kNoBlock = ~u32{0};
inline constexpr u64 kPointerMask = (u64{1} << 47) - 1;
inline constexpr u64 kFilterPageLog2 = 12;
inline constexpr u64 kPageFilterWords = 1 << 14;  // 2^20 bits, 128 KiB: stays in the second-level cache

class BlockMap {
 public:
  // `blocks` are sorted and do not overlap; `filter` has kPageFilterWords words and is overwritten. Both must outlive
  // the map. Blocks of many gigabytes only make the filter less sharp.
  BlockMap(const ScanBlock* blocks, u32 count, u64* filter) : blocks_(blocks), count_(count), filter_(filter) {
    for (u64 i = 0; i < kPageFilterWords; ++i) filter[i] = 0;
    for (u32 i = 0; i < count; ++i) {
      const u64 first = blocks[i].start >> kFilterPageLog2;
      u64 last = blocks[i].end >> kFilterPageLog2;
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

  // False for most words that point to no block.
  bool may_find(u64 word) const {
    const u64 address = word & kPointerMask;
    const u64 page = address >> kFilterPageLog2;
    const bool in_range = address - low_ <= span_;
    return in_range & ((filter_[(page / 64) % kPageFilterWords] >> page % 64) & 1);
  }
  u32 count() const { return count_; }
  const ScanBlock& operator[](u32 number) const { return blocks_[number]; }

 private:
  const ScanBlock* blocks_;
  u32 count_;
  const u64* filter_;
  u64 low_ = ~u64{0};  // nothing is in range of no blocks
  u64 span_ = 0;
};

// Calls `visit(number of the word, block)` for every word that points to a block.
template <class Visit>
void scan_words(const u64* words, u64 count, const BlockMap& map, Visit&& visit) {
  for (u64 i = 0; i < count; ++i) {
    if (!map.may_find(words[i])) continue;
    const u32 block = map.find(words[i]);
    if (block != kNoBlock) visit(i, block);
  }
}

}  // namespace lw
