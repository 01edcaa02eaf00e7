// SPDX-License-Identifier: Apache-2.0
// The line tables that a compilation unit of libdw refers to.
#pragma once

#include <elfutils/libdw.h>

#include "analyzer/symbolize/elf_object.h"
#include "analyzer/symbolize/line_table.h"

namespace lw {

// The value of a numeric attribute, 0 if the entry has none.
uint32_t number_of(Dwarf_Die* entry, unsigned attribute);

// The table of the unit's code. `root` is its first entry.
LineTable line_table_of(Dwarf_Die root, const ElfObject& object);

// The numbers of files in the entries of a split unit mean those of a table of its own, in the .dwo file; empty if the
// unit is not split. `entries` is the first entry of the other half.
LineTable split_files_of(Dwarf_Die root, Dwarf_Die entries, const ElfObject& object);

}  // namespace lw
