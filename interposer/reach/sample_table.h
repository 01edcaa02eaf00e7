// SPDX-License-Identifier: Apache-2.0
// The samples alive at the beginning of a search, sorted by address, and room for all that the search needs, in one
// private mapping.
#pragma once

#include "snapshot/live_layout.h"
#include "snapshot/reach_pass.h"

namespace lw {

class SampleTable {
 public:
  static constexpr u64 kBufferBytes = 64 << 10;

  // False if there is nothing to look for, or no room. leave() gives the room back.
  bool collect();
  void leave();

  u32 count() const { return count_; }
  BlockMap map() { return BlockMap(blocks_, count_, filter_); }
  const ScanBlock& block(u32 number) const { return blocks_[number]; }
  u64 birth_ns(u32 number) const { return births_[number]; }
  u32 site(u32 number) const;
  ReachTables tables(const BlockMap& map) { return {&map, marks, leaves, pending_, buffer_, kBufferBytes}; }
  u64 room() const { return reinterpret_cast<u64>(keys_); }
  u64 room_bytes() const { return room_bytes_; }

  // Stores the mark in the live file, unless the sample was freed meanwhile.
  void store(u32 number, Reach reach) const;

  u32 sites = 0;          // how many there are
  Mark* marks = nullptr;  // of the look at hand
  u8* leaves = nullptr;   // the same
  Mark* best = nullptr;   // of all looks: held once is held
  u32* heads = nullptr;   // by site: lost blocks that nothing points to

 private:
  bool make_room();
  void place(u32 record, u32 n);
  void drop_overlaps(u32 n);
  bool is_still(u32 number) const;

  u32 capacity_ = 0, count_ = 0;
  u64 room_bytes_ = 0;
  u64* keys_ = nullptr;          // addresses
  ScanBlock* blocks_ = nullptr;  // the same with their ends
  u64* births_ = nullptr;        // so that a record used anew is noticed
  u64* filter_ = nullptr;
  u64* buffer_ = nullptr;
  u32* records_ = nullptr;  // numbers in the table of samples
  u32* pending_ = nullptr;
};

}  // namespace lw
