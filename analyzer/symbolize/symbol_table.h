// SPDX-License-Identifier: Apache-2.0
// An object's functions by address, from its symbol tables: what is left when there is no debug data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/symbolize/elf_object.h"

namespace lw {

class SymbolTable {
 public:
  // Takes .symtab of the debug file or else of the object, .symtab packed in .gnu_debugdata, and .dynsym. Either
  // may be nullptr, not both; both must outlive the table.
  SymbolTable(const ElfObject* object, const ElfObject* debug);
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // The function that covers `address`; empty if none does. An address past the end of one function and before
  // the next belongs to neither: in a stripped object that gap is full of functions that are not listed.
  std::string_view name_at(uint64_t address) const;

  bool empty() const { return symbols_.empty(); }

 private:
  struct Symbol {
    uint64_t start, end;
    const char* name;
    int rank;    // of several names for one address the lowest is shown
    bool typed;  // said to be a function, rather than some label in code
    bool sized;
  };

  bool add(Elf* elf, uint32_t section_type);
  void add_packed(const ElfObject& object);
  void arrange();

  std::vector<Symbol> symbols_;  // by start
  std::string packed_;           // .gnu_debugdata unpacked; names point into it
  Elf* packed_elf_ = nullptr;
};

// What `bytes`, an .xz file, holds; empty if it is damaged or larger than any symbol table would be.
std::string unpack_xz(std::string_view bytes);

}  // namespace lw
