// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/symbol_lookup.h"

#include <dlfcn.h>
#include <link.h>

#include "snapshot/layout.h"

extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));

namespace lw {
namespace {

constexpr u16 kHiddenVersion = 0x8000;

// The tables of one object that a search by name needs (System V ABI). One of the two hash tables is there: GNU's
// (DT_GNU_HASH), or the old one, of which only the number of symbols is used.
struct SymbolTables {
  const ElfW(Sym) * symbols;
  const char* names;
  const u16* versions;
  const u32* gnu_hash;
  const u32* old_hash;
};

// glibc has added the load address to the entries of all objects but the kernel's own.
template <class Type>
const Type* place_of(const ElfW(Dyn) & entry, const link_map& object) {
  const u64 value = entry.d_un.d_ptr;
  return reinterpret_cast<const Type*>(value < object.l_addr ? value + object.l_addr : value);
}

SymbolTables tables_of(const link_map& object) {
  SymbolTables tables{};
  for (const ElfW(Dyn)* entry = object.l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_SYMTAB) tables.symbols = place_of<ElfW(Sym)>(*entry, object);
    if (entry->d_tag == DT_STRTAB) tables.names = place_of<char>(*entry, object);
    if (entry->d_tag == DT_VERSYM) tables.versions = place_of<u16>(*entry, object);
    if (entry->d_tag == DT_GNU_HASH) tables.gnu_hash = place_of<u32>(*entry, object);
    if (entry->d_tag == DT_HASH) tables.old_hash = place_of<u32>(*entry, object);
  }
  return tables;
}

u32 hash_of(const char* name) {
  u32 hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<u8>(*name);
  return hash;
}

bool are_equal(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

bool defines(const SymbolTables& tables, u32 number, const char* name) {
  const ElfW(Sym)& symbol = tables.symbols[number];
  const bool old = tables.versions != nullptr && (tables.versions[number] & kHiddenVersion) != 0;
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL && !old &&
         are_equal(tables.names + symbol.st_name, name);
}

// Table: number of buckets, first symbol in it, words of the Bloom filter, its shift; the filter; the first symbol of
// each bucket; a hash for each symbol, whose lowest bit marks the last of its bucket.
u32 find_by_hash(const SymbolTables& tables, const char* name, u32 hash) {
  const u32 buckets = tables.gnu_hash[0], first = tables.gnu_hash[1], filter_words = tables.gnu_hash[2];
  if (buckets == 0) return 0;
  const u32* bucket = tables.gnu_hash + 4 + filter_words * (sizeof(ElfW(Addr)) / sizeof(u32));
  const u32* hashes = bucket + buckets;
  for (u32 number = bucket[hash % buckets]; number >= first && number != 0; ++number) {
    const u32 seen = hashes[number - first];
    if ((seen | 1) == (hash | 1) && defines(tables, number, name)) return number;
    if ((seen & 1) != 0) break;
  }
  return 0;
}

u32 find_one_by_one(const SymbolTables& tables, const char* name) {
  const u32 symbols = tables.old_hash[1];
  for (u32 number = 1; number < symbols; ++number) {
    if (defines(tables, number, name)) return number;
  }
  return 0;
}

const ElfW(Sym) * find_in(const SymbolTables& tables, const char* name, u32 hash) {
  if (tables.symbols == nullptr || tables.names == nullptr) return nullptr;
  u32 number = 0;
  if (tables.gnu_hash != nullptr) {
    number = find_by_hash(tables, name, hash);
  } else if (tables.old_hash != nullptr) {
    number = find_one_by_one(tables, name);
  }
  return number != 0 ? &tables.symbols[number] : nullptr;
}

}  // namespace

void* find_after_us(const char* name) {
  const u32 hash = hash_of(name);
  bool is_after = false;
  for (const link_map* object = _r_debug.r_map; object != nullptr; object = object->l_next) {
    if (is_after && object->l_ld != nullptr) {
      if (const ElfW(Sym)* symbol = find_in(tables_of(*object), name, hash); symbol != nullptr) {
        // An indirect function is chosen by its resolver, which is the loader's business; that it exists is known now.
        if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC) return dlsym(RTLD_NEXT, name);
        return reinterpret_cast<void*>(object->l_addr + symbol->st_value);
      }
    }
    if (object->l_ld == _DYNAMIC) is_after = true;
  }
  return nullptr;
}

}  // namespace lw
