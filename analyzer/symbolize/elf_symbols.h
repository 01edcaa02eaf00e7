// SPDX-License-Identifier: Apache-2.0
// The entries of an ELF file's symbol tables.
#pragma once

#include <gelf.h>

#include <cstdint>

namespace lw {

// Calls visit(symbol, name) for every entry of the tables of that kind (SHT_SYMTAB, SHT_DYNSYM). `name` may be nullptr.
template <typename Visit>
void for_each_symbol(Elf* elf, uint32_t section_type, Visit visit) {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != section_type || header.sh_entsize == 0) continue;
    Elf_Data* bytes = elf_getdata(section, nullptr);
    if (bytes == nullptr) continue;
    const size_t count = bytes->d_size / header.sh_entsize;
    for (size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(bytes, static_cast<int>(i), &symbol) == nullptr) continue;
      visit(symbol, elf_strptr(elf, header.sh_link, symbol.st_name));
    }
  }
}

}  // namespace lw
