// SPDX-License-Identifier: Apache-2.0
// Global variable → where it was declared, from an object's debug data. Static members and locals are among them.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "analyzer/symbolize/elf_object.h"

namespace lw {

struct Declaration {
  std::string file;   // as it was compiled; empty if it is not known
  uint32_t line = 0;  // 0 = unknown
};

class VariableLines {
 public:
  // Reads all entries of the debug data, for at most two seconds; what was not reached by then stays unknown.
  explicit VariableLines(const ElfObject& object);

  // `address`: of the variable's first byte, as the object counts them.
  Declaration at(uint64_t address) const;

 private:
  struct Walk;
  std::unordered_map<uint64_t, Declaration> declarations_;
};

}  // namespace lw
