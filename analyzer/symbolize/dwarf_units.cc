// SPDX-License-Identifier: Apache-2.0
// Address → compilation unit.
#include "analyzer/symbolize/dwarf_units.h"

#include <dwarf.h>

#include <algorithm>

namespace lw {

DwarfUnits::DwarfUnits(Dwarf* dwarf, const ElfObject& object) {
  Dwarf_CU* cu = nullptr;
  for (;;) {
    uint8_t type = 0;
    DwarfUnit unit{};
    if (dwarf_get_units(dwarf, cu, &cu, nullptr, &type, &unit.root, nullptr) != 0) break;
    if (type != DW_UT_compile && type != DW_UT_skeleton) continue;
    const auto number = static_cast<uint32_t>(units_.size());
    Dwarf_Addr base = 0, low = 0, high = 0;
    for (ptrdiff_t at = 0; (at = dwarf_ranges(&unit.root, at, &base, &low, &high)) > 0;) {
      if (low < high && object.is_code(low)) ranges_.push_back({low, high, number});
    }
    units_.push_back(unit);
  }
  opened_.resize(units_.size());
  std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
}

DwarfUnit* DwarfUnits::at(uint64_t address) {
  auto range = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                [](uint64_t value, const Range& next) { return value < next.low; });
  // Units do not overlap, but damaged and hand-made ones may: a few neighbours are tried before giving up.
  for (int tries = 0;; ++tries) {
    if (range == ranges_.begin() || tries == 8) return nullptr;
    if (address < (--range)->high) break;
  }
  DwarfUnit& unit = units_[range->unit];
  if (!opened_[range->unit]) {
    opened_[range->unit] = true;
    unit.functions = unit.root;
    uint8_t type = 0;
    Dwarf_Die split{};
    if (dwarf_cu_info(unit.root.cu, nullptr, &type, nullptr, &split, nullptr, nullptr, nullptr) == 0 &&
        type == DW_UT_skeleton) {
      unit.missing = dwarf_tag(&split) == DW_TAG_invalid;
      if (!unit.missing) unit.functions = split;
    }
  }
  return &unit;
}

}  // namespace lw
