// SPDX-License-Identifier: Apache-2.0
// Address → compilation unit. The root entry of every unit says which addresses it covers, so one pass over the
// roots, which touches a page or so per unit, is all the index there is. .debug_aranges would save that pass for
// gcc's output, but clang does not write it and linkers merge the two.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <vector>

#include "analyzer/symbolize/elf_object.h"

namespace lw {

struct DwarfUnit {
  Dwarf_Die root;        // has the line table
  Dwarf_Die functions;   // its children are the functions; another entry than root if the unit is split
  bool missing = false;  // split, and the other half, a .dwo file, was not found
};

class DwarfUnits {
 public:
  // Both must outlive the units; `object` tells code from what the linker threw away.
  DwarfUnits(Dwarf* dwarf, const ElfObject& object);

  // The unit that covers `address`, nullptr if none does.
  DwarfUnit* at(uint64_t address);

 private:
  struct Range {
    uint64_t low, high;
    uint32_t unit;
  };

  std::vector<DwarfUnit> units_;
  std::vector<bool> opened_;   // by unit: `functions` is known
  std::vector<Range> ranges_;  // by low
};

}  // namespace lw
