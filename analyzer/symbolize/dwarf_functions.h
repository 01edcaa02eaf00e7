// SPDX-License-Identifier: Apache-2.0
// The functions of one compilation unit by address, and what was inlined into them where.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <vector>

#include "analyzer/symbolize/elf_object.h"

namespace lw {

class DwarfFunctions {
 public:
  // `object` tells code from what the linker threw away, and must outlive the functions.
  DwarfFunctions(const Dwarf_Die& unit, const ElfObject& object);

  // The function at `address`, then the function inlined into it there, then the one inlined into that, …; empty if
  // the unit describes no function there.
  std::vector<Dwarf_Die> chain_at(uint64_t address);

 private:
  struct Range {
    uint64_t low, high;
    uint32_t function;
  };

  void collect(Dwarf_Die scope, int depth);
  void sort();
  const Range* find(uint64_t address) const;

  Dwarf_Die unit_;
  const ElfObject& object_;
  bool inside_functions_ = false;  // they were searched too, for the functions of local classes
  std::vector<Dwarf_Die> functions_;
  std::vector<Range> ranges_;  // by low
};

}  // namespace lw
