// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/variable_lines.h"

#include <dwarf.h>

#include <chrono>
#include <optional>

#include "analyzer/symbolize/dwarf_lines.h"

namespace lw {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongest = std::chrono::seconds(2);
constexpr int kDeepest = 32;  // no program nests its scopes like this; damaged data may

bool has_scope(int tag) {
  return tag == DW_TAG_namespace || tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
         tag == DW_TAG_structure_type || tag == DW_TAG_class_type;
}

// Of a variable that lies at a fixed address; 0 for one in a register, on the stack or of a thread.
uint64_t fixed_address(Dwarf_Die* entry) {
  Dwarf_Attribute location;
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_getlocation(dwarf_attr(entry, DW_AT_location, &location), &operations, &count) != 0 || count != 1) return 0;
  if (operations[0].atom == DW_OP_addr) return operations[0].number;
  Dwarf_Attribute indexed;
  Dwarf_Addr address = 0;
  if (operations[0].atom != DW_OP_addrx && operations[0].atom != DW_OP_GNU_addr_index) return 0;
  if (dwarf_getlocation_attr(&location, operations, &indexed) != 0) return 0;
  return dwarf_formaddr(&indexed, &address) == 0 ? address : 0;
}

}  // namespace

struct VariableLines::Walk {
  std::unordered_map<uint64_t, Declaration>& declarations;
  const ElfObject& object;
  Clock::time_point deadline;
  Dwarf_Die root, entries;         // of the unit; two only if it is split
  std::optional<LineTable> files;  // that its entries number; read with the first variable of a unit

  bool through_unit() {
    files.reset();
    return through(entries, 0);
  }

  // False once time is up.
  bool through(Dwarf_Die scope, int depth) {
    Dwarf_Die entry;
    if (depth > kDeepest || dwarf_child(&scope, &entry) != 0) return true;
    do {
      const int tag = dwarf_tag(&entry);
      if (tag == DW_TAG_variable) note(entry);
      if (has_scope(tag) && !through(entry, depth + 1)) return false;
    } while (dwarf_siblingof(&entry, &entry) == 0);
    return Clock::now() < deadline;
  }

  void note(Dwarf_Die entry) {
    const uint64_t address = fixed_address(&entry);
    if (address == 0) return;
    Declaration declaration;
    declaration.file = file_names().file_name(number_of(&entry, DW_AT_decl_file));
    declaration.line = number_of(&entry, DW_AT_decl_line);
    declarations.emplace(address, std::move(declaration));
  }

  const LineTable& file_names() {
    if (!files) files.emplace(split_files_of(root, entries, object));
    if (!files->has_files()) files.emplace(line_table_of(root, object));
    return *files;
  }
};

VariableLines::VariableLines(const ElfObject& object) {
  Dwarf* dwarf = object.has_dwarf() ? dwarf_begin_elf(object.elf(), DWARF_C_READ, nullptr) : nullptr;
  if (dwarf == nullptr) return;
  Walk walk{declarations_, object, Clock::now() + kLongest, {}, {}, {}};
  Dwarf_CU* unit = nullptr;
  Dwarf_Die split;
  uint8_t type = 0;
  while (dwarf_get_units(dwarf, unit, &unit, nullptr, &type, &walk.root, &split) == 0) {
    const bool is_split = type == DW_UT_skeleton && dwarf_tag(&split) != DW_TAG_invalid;
    walk.entries = is_split ? split : walk.root;
    if (!walk.through_unit()) break;
  }
  dwarf_end(dwarf);
}

Declaration VariableLines::at(uint64_t address) const {
  const auto found = declarations_.find(address);
  return found == declarations_.end() ? Declaration{} : found->second;
}

}  // namespace lw
