// SPDX-License-Identifier: Apache-2.0
// The functions of one compilation unit by address. Most stand in the unit or in a namespace, so only these are read
// through at first, which skips nine tenths of the data. gcc puts the functions of local classes and lambdas
// inside the function around them; those are looked for when an address is found nowhere else.
#include "analyzer/symbolize/dwarf_functions.h"

#include <dwarf.h>

#include <algorithm>

namespace lw {
namespace {

constexpr int kMaxDepth = 256;  // of scopes inside scopes; only damaged data goes deeper

bool has_code(Dwarf_Die* entry) { return dwarf_hasattr(entry, DW_AT_low_pc) || dwarf_hasattr(entry, DW_AT_ranges); }

bool is_scope(int tag) { return tag == DW_TAG_namespace || tag == DW_TAG_module; }

bool may_hold_local_class(int tag) {
  return tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block || tag == DW_TAG_structure_type ||
         tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

// Appends what is inlined at `address` in `scope`. True if anything is.
bool descend(Dwarf_Die scope, uint64_t address, int depth, std::vector<Dwarf_Die>& chain) {
  Dwarf_Die child;
  if (depth > kMaxDepth || dwarf_child(&scope, &child) != 0) return false;
  do {
    const int tag = dwarf_tag(&child);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block) continue;
    if (!has_code(&child)) {  // a block of which nothing remains but what was inlined into it
      if (tag == DW_TAG_lexical_block && descend(child, address, depth + 1, chain)) return true;
    } else if (dwarf_haspc(&child, address) > 0) {
      if (tag == DW_TAG_inlined_subroutine) chain.push_back(child);
      return descend(child, address, depth + 1, chain) || tag == DW_TAG_inlined_subroutine;
    }
  } while (dwarf_siblingof(&child, &child) == 0);
  return false;
}

}  // namespace

DwarfFunctions::DwarfFunctions(const Dwarf_Die& unit, const ElfObject& object) : unit_(unit), object_(object) {
  collect(unit_, 0);
  sort();
}

void DwarfFunctions::collect(Dwarf_Die scope, int depth) {
  Dwarf_Die child;
  if (depth > kMaxDepth || dwarf_child(&scope, &child) != 0) return;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_subprogram && has_code(&child)) {
      const auto number = static_cast<uint32_t>(functions_.size());
      functions_.push_back(child);
      Dwarf_Addr base = 0, low = 0, high = 0;
      for (ptrdiff_t at = 0; (at = dwarf_ranges(&child, at, &base, &low, &high)) > 0;) {
        if (low < high && object_.is_code(low)) ranges_.push_back({low, high, number});
      }
    }
    if (is_scope(tag) || (inside_functions_ && may_hold_local_class(tag))) collect(child, depth + 1);
  } while (dwarf_siblingof(&child, &child) == 0);
}

void DwarfFunctions::sort() {
  std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
}

const DwarfFunctions::Range* DwarfFunctions::find(uint64_t address) const {
  auto range = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                [](uint64_t value, const Range& next) { return value < next.low; });
  return range == ranges_.begin() || address >= (--range)->high ? nullptr : &*range;
}

std::vector<Dwarf_Die> DwarfFunctions::chain_at(uint64_t address) {
  const Range* range = find(address);
  if (range == nullptr && !inside_functions_) {
    inside_functions_ = true;
    functions_.clear();
    ranges_.clear();
    collect(unit_, 0);
    sort();
    range = find(address);
  }
  std::vector<Dwarf_Die> chain;
  if (range == nullptr) return chain;
  chain.push_back(functions_[range->function]);
  descend(functions_[range->function], address, 0, chain);
  return chain;
}

}  // namespace lw
