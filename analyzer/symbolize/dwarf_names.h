// SPDX-License-Identifier: Apache-2.0
// Entry of a function in the debug data → its name: the linkage name if there is one, else the source name with
// the namespaces and classes around it.
#pragma once

#include <elfutils/libdw.h>

#include <string>
#include <unordered_map>
#include <vector>

namespace lw {

struct FunctionName {
  std::string text;  // empty if the entry has none
  bool is_linkage_name = false;
};

class DwarfNames {
 public:
  const FunctionName& name_of(Dwarf_Die function);

 private:
  std::string qualified_name(Dwarf_Die function);
  std::vector<Dwarf_Die> scopes_around(Dwarf_Die entry);
  const std::vector<Dwarf_Die>& children_of(Dwarf_Die parent);

  std::unordered_map<const void*, FunctionName> names_;               // by the entry's place in memory
  std::unordered_map<const void*, std::vector<Dwarf_Die>> children_;  // the same; in the order of the data
};

}  // namespace lw
