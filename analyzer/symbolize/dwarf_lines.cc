// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/dwarf_lines.h"

#include <dwarf.h>

namespace lw {
namespace {

using std::string;

LineSections line_sections(Elf* elf, const char* suffix) {
  return {section_bytes(elf, string(".debug_line") + suffix), section_bytes(elf, ".debug_line_str"),
          section_bytes(elf, string(".debug_str") + suffix)};
}

string compiled_in(Dwarf_Die* root) {
  Dwarf_Attribute found;
  const char* directory = dwarf_formstring(dwarf_attr(root, DW_AT_comp_dir, &found));
  return directory != nullptr ? directory : "";
}

}  // namespace

uint32_t number_of(Dwarf_Die* entry, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  return dwarf_formudata(dwarf_attr_integrate(entry, attribute, &found), &value) == 0 ? static_cast<uint32_t>(value)
                                                                                      : 0;
}

LineTable line_table_of(Dwarf_Die root, const ElfObject& object) {
  Dwarf_Attribute found;
  Dwarf_Word offset = 0;
  const bool has_lines = dwarf_formudata(dwarf_attr(&root, DW_AT_stmt_list, &found), &offset) == 0;
  return {has_lines ? line_sections(object.elf(), "") : LineSections(), offset, compiled_in(&root), object};
}

LineTable split_files_of(Dwarf_Die root, Dwarf_Die entries, const ElfObject& object) {
  const bool is_split = entries.cu != root.cu;
  Elf* split = is_split ? dwarf_getelf(dwarf_cu_getdwarf(entries.cu)) : nullptr;
  return {is_split ? line_sections(split, ".dwo") : LineSections(), 0, compiled_in(&root), object};
}

}  // namespace lw
