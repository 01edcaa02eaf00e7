// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/variables.h"

#include <gelf.h>

#include <algorithm>

namespace lw {
namespace {

struct Symbol {
  uint64_t start, end;
  std::string name;
};

bool is_variable(const GElf_Sym& symbol) {
  return symbol.st_shndx != SHN_UNDEF && GELF_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_size != 0;
}

void add_table(Elf* elf, uint32_t section_type, std::vector<Symbol>& symbols) {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != section_type || header.sh_entsize == 0) continue;
    Elf_Data* bytes = elf_getdata(section, nullptr);
    if (bytes == nullptr) continue;
    const size_t count = bytes->d_size / header.sh_entsize;
    for (size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(bytes, static_cast<int>(i), &symbol) == nullptr || !is_variable(symbol)) continue;
      const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
      if (name == nullptr || *name == '\0') continue;
      const std::string text = name;
      symbols.push_back({symbol.st_value, symbol.st_value + symbol.st_size, text.substr(0, text.find('@'))});
    }
  }
}

// Where the first byte of the object stands according to its program headers.
uint64_t lowest_address(Elf* elf) {
  size_t count = 0;
  uint64_t lowest = UINT64_MAX;
  if (elf_getphdrnum(elf, &count) != 0) return 0;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD) continue;
    lowest = std::min<uint64_t>(lowest, header.p_vaddr - header.p_offset);
  }
  return lowest == UINT64_MAX ? 0 : lowest;
}

}  // namespace

struct Variables::Object {
  std::vector<Symbol> symbols;  // by start
  uint64_t lowest = 0;
};

Variables::Variables(const SymbolizeOptions& options) : search_(options), full_names_(options.full_names) {}
Variables::~Variables() = default;

const Variables::Object& Variables::object(const ModuleId& module) {
  auto& place = objects_[module.path + '\0' + module.build_id];
  if (place) return *place;
  place = std::make_unique<Object>();
  const ObjectFiles files = search_.find(module);
  for (const auto& file : {files.debug.get(), files.object.get()}) {
    if (file == nullptr) continue;
    add_table(file->elf(), SHT_SYMTAB, place->symbols);
    add_table(file->elf(), SHT_DYNSYM, place->symbols);
    place->lowest = lowest_address(file->elf());  // the object's own, which comes last, if it is here
  }
  std::stable_sort(place->symbols.begin(), place->symbols.end(),
                   [](const Symbol& a, const Symbol& b) { return a.start < b.start; });
  return *place;
}

Variable Variables::at(const ModuleId& module, uint64_t bytes_from_start) {
  const Object& found = object(module);
  const uint64_t address = found.lowest + bytes_from_start;
  auto after = std::upper_bound(found.symbols.begin(), found.symbols.end(), address,
                                [](uint64_t value, const Symbol& symbol) { return value < symbol.start; });
  if (after == found.symbols.begin()) return {};
  const Symbol& symbol = *--after;
  if (address >= symbol.end) return {};
  return {readable_name(symbol.name, full_names_), address - symbol.start};
}

}  // namespace lw
