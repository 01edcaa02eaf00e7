// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/variables.h"

#include <gelf.h>

#include <algorithm>
#include <optional>

#include "analyzer/symbolize/elf_symbols.h"
#include "analyzer/symbolize/variable_lines.h"

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
  for_each_symbol(elf, section_type, [&](const GElf_Sym& symbol, const char* name) {
    if (!is_variable(symbol) || name == nullptr || *name == '\0') return;
    const std::string text = name;
    symbols.push_back({symbol.st_value, symbol.st_value + symbol.st_size, text.substr(0, text.find('@'))});
  });
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
  ObjectFiles files;
  std::optional<VariableLines> lines;  // read when the first variable is asked for

  Declaration declared_at(uint64_t address) {
    const bool apart = files.debug != nullptr && files.debug->has_dwarf();
    const ElfObject* object = apart ? files.debug.get() : files.object.get();
    if (object == nullptr) return {};
    if (!lines) lines.emplace(*object);
    return lines->at(address);
  }
};

Variables::Variables(const SymbolizeOptions& options) : search_(options), full_names_(options.full_names) {}
Variables::~Variables() = default;

Variables::Object& Variables::object(const ModuleId& module) {
  auto& place = objects_[module.path + '\0' + module.build_id];
  if (place) return *place;
  place = std::make_unique<Object>();
  place->files = search_.find(module);
  for (const auto& file : {place->files.debug.get(), place->files.object.get()}) {
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
  Object& found = object(module);
  const uint64_t address = found.lowest + bytes_from_start;
  auto after = std::upper_bound(found.symbols.begin(), found.symbols.end(), address,
                                [](uint64_t value, const Symbol& symbol) { return value < symbol.start; });
  if (after == found.symbols.begin()) return {};
  const Symbol& symbol = *--after;
  if (address >= symbol.end) return {};
  const Declaration declared = found.declared_at(symbol.start);
  return {readable_name(symbol.name, full_names_), address - symbol.start, declared.file, declared.line};
}

}  // namespace lw
