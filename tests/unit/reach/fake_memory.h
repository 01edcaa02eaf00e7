// SPDX-License-Identifier: Apache-2.0
// A memory of a few words, as ReachPass wants one. All other words are zero.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

#include "snapshot/reach_pass.h"

namespace lw {

class FakeMemory {
 public:
  u64& operator[](u64 address) { return words_[address]; }

  u64 read(u64 from, void* to, u64 bytes) {
    for (u64 i = 0; i + 8 <= bytes; i += 8) {
      const auto place = words_.find(from + i);
      const u64 value = place == words_.end() ? 0 : place->second;
      std::memcpy(static_cast<u8*>(to) + i, &value, sizeof value);
    }
    return bytes;
  }
  u64 present(u64 from, u64) { return from; }
  u64 root(u64 from, u64) { return from; }
  bool word(u64 address, u64& value) { return read(address, &value, sizeof value) == sizeof value; }
  bool out_of_time() const { return --looks_left == 0; }

  mutable u64 looks_left = ~u64{0};

 private:
  std::map<u64, u64> words_;
};

// A pass over some blocks, with all it needs.
struct Bench {
  explicit Bench(std::vector<ScanBlock> of)
      : blocks(std::move(of)),
        filter(kPageFilterWords),
        map(blocks.data(), static_cast<u32>(blocks.size()), filter.data()),
        marks(blocks.size()),
        leaves(blocks.size()),
        pending(blocks.size()),
        buffer(512),
        tables{&map, marks.data(), leaves.data(), pending.data(), buffer.data(), 4096} {}

  std::vector<ScanBlock> blocks;
  std::vector<u64> filter;
  BlockMap map;
  std::vector<Mark> marks;
  std::vector<u8> leaves;
  std::vector<u32> pending;
  std::vector<u64> buffer;
  ReachTables tables;
};

}  // namespace lw
