// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "analyzer/model/code.h"
#include "snapshot/reader.h"

namespace lw {

// Finds the object that stood at an address when a stack was taken. A few objects follow one another at an address
// where plugins come and go, hence the walk back over equal or overlapping ranges.
class MappingSearch {
 public:
  explicit MappingSearch(const std::vector<SnapshotMapping>& mappings)
      : mappings_(mappings), order_(mappings.size()), modules_(mappings.size(), kNoModule) {
    std::iota(order_.begin(), order_.end(), 0u);
    std::sort(order_.begin(), order_.end(), [&](u32 a, u32 b) { return mappings_[a].start < mappings_[b].start; });
    for (const SnapshotMapping& mapping : mappings_) longest_ = std::max(longest_, mapping.end - mapping.start);
  }

  // Number of the mapping, or -1.
  int find(u64 address, u64 epoch) const {
    auto after = std::upper_bound(order_.begin(), order_.end(), address,
                                  [&](u64 wanted, u32 number) { return wanted < mappings_[number].start; });
    while (after != order_.begin()) {
      const u32 number = *--after;
      const SnapshotMapping& mapping = mappings_[number];
      if (address - mapping.start >= longest_) break;
      const bool present =
          mapping.loaded_epoch <= epoch && (mapping.unloaded_epoch == 0 || epoch < mapping.unloaded_epoch);
      if (address < mapping.end && present) return static_cast<int>(number);
    }
    return -1;
  }

  // The frame at `address` in that mapping.
  Frame frame(int number, u64 address, CodeTable& code) {
    const SnapshotMapping& mapping = mappings_[static_cast<size_t>(number)];
    ModuleNumber& module = modules_[static_cast<size_t>(number)];
    if (module == kNoModule) module = code.module(mapping.path, mapping.build_id);
    return {module, address - mapping.start + mapping.file_offset};
  }

 private:
  const std::vector<SnapshotMapping>& mappings_;
  std::vector<u32> order_;
  std::vector<ModuleNumber> modules_;  // by mapping, once they were needed
  u64 longest_ = 0;
};

}  // namespace lw
