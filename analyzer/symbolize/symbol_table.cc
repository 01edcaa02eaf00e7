// SPDX-License-Identifier: Apache-2.0
// An object's functions by address. Assembler code often has symbols without a size: such a symbol reaches to
// the next one, or to the end of its section.
#include "analyzer/symbolize/symbol_table.h"

#include <gelf.h>
#include <lzma.h>

#include <algorithm>
#include <cstring>

#include "analyzer/symbolize/elf_symbols.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

constexpr size_t kMaxUnpackedBytes = 256 << 20;  // a larger .gnu_debugdata is damage or malice

// `malloc` is shown rather than `__libc_malloc`, a global name rather than a local one, a short one rather than
// a long one.
int rank_of(const GElf_Sym& symbol, const char* name) {
  const int binding = GELF_ST_BIND(symbol.st_info) == STB_GLOBAL ? 0 : GELF_ST_BIND(symbol.st_info) == STB_WEAK ? 1 : 2;
  const bool mangled = std::strncmp(name, "_Z", 2) == 0 || std::strncmp(name, "_R", 2) == 0;
  const int underscores = mangled ? 0 : static_cast<int>(std::strspn(name, "_"));
  return std::min(underscores, 9) * 10000 + binding * 1000 + static_cast<int>(std::min<size_t>(std::strlen(name), 999));
}

bool is_function(const GElf_Sym& symbol) {
  const int type = GELF_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

// Where the section that a symbol stands in ends; 0 if the section holds no code.
uint64_t end_of_code(Elf* elf, const GElf_Sym& symbol) {
  GElf_Shdr header;
  Elf_Scn* section = elf_getscn(elf, symbol.st_shndx);
  if (section == nullptr || gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_EXECINSTR) == 0)
    return 0;
  return header.sh_addr + header.sh_size;
}

}  // namespace

SymbolTable::SymbolTable(const ElfObject* object, const ElfObject* debug) {
  const bool full =
      (debug != nullptr && add(debug->elf(), SHT_SYMTAB)) || (object != nullptr && add(object->elf(), SHT_SYMTAB));
  if (!full && object != nullptr) add_packed(*object);
  if (object != nullptr) add(object->elf(), SHT_DYNSYM);
  arrange();
}

SymbolTable::~SymbolTable() { elf_end(packed_elf_); }

bool SymbolTable::add(Elf* elf, uint32_t section_type) {
  for_each_symbol(elf, section_type, [&](const GElf_Sym& symbol, const char* name) {
    if (!is_function(symbol)) return;
    const uint64_t limit = end_of_code(elf, symbol);
    const bool is_mark = name == nullptr || *name == '\0' || *name == '$';  // `$x`: code begins, on arm64
    if (is_mark || symbol.st_value >= limit) return;
    const bool sized = symbol.st_size != 0;
    const uint64_t end = sized ? symbol.st_value + std::min(symbol.st_size, limit - symbol.st_value) : limit;
    const bool typed = GELF_ST_TYPE(symbol.st_info) != STT_NOTYPE;
    symbols_.push_back({symbol.st_value, end, name, rank_of(symbol, name), typed, sized});
  });
  return !symbols_.empty();
}

void SymbolTable::add_packed(const ElfObject& object) {
  packed_ = unpack_xz(section_bytes(object.elf(), ".gnu_debugdata"));
  if (packed_.empty()) return;
  packed_elf_ = elf_memory(packed_.data(), packed_.size());
  if (packed_elf_ != nullptr) add(packed_elf_, SHT_SYMTAB);
}

void SymbolTable::arrange() {
  std::sort(symbols_.begin(), symbols_.end(), [](const Symbol& a, const Symbol& b) {
    if (a.start != b.start) return a.start < b.start;
    return a.typed != b.typed ? a.typed : a.rank < b.rank;
  });
  std::vector<Symbol> kept;
  uint64_t covered = 0;  // by functions so far: labels inside them are dropped
  for (const Symbol& symbol : symbols_) {
    if (!kept.empty() && kept.back().start == symbol.start) continue;
    if (!symbol.typed && symbol.start < covered) continue;
    if (!kept.empty() && !kept.back().sized) kept.back().end = std::min(kept.back().end, symbol.start);
    if (symbol.typed && symbol.sized) covered = std::max(covered, symbol.end);
    kept.push_back(symbol);
  }
  symbols_ = std::move(kept);
}

string_view SymbolTable::name_at(uint64_t address) const {
  auto after = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                [](uint64_t value, const Symbol& symbol) { return value < symbol.start; });
  // Functions nest, rarely and not deep: assembler has entry points inside others.
  for (int tries = 0; tries < 8 && after != symbols_.begin(); ++tries) {
    --after;
    if (address >= after->end) continue;
    const string_view name = after->name;
    return name.substr(0, name.find('@'));  // `memcpy@@GLIBC_2.14`
  }
  return {};
}

string unpack_xz(string_view bytes) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (bytes.empty() || lzma_stream_decoder(&stream, kMaxUnpackedBytes, 0) != LZMA_OK) return {};
  string out;
  stream.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK && out.size() < kMaxUnpackedBytes) {
    const size_t before = out.size();
    out.resize(before + (1 << 20));
    stream.next_out = reinterpret_cast<uint8_t*>(out.data() + before);
    stream.avail_out = out.size() - before;
    result = lzma_code(&stream, LZMA_FINISH);
    out.resize(out.size() - stream.avail_out);
  }
  lzma_end(&stream);
  return result == LZMA_STREAM_END ? out : string();
}

}  // namespace lw
