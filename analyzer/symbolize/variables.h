// SPDX-License-Identifier: Apache-2.0
// Global variables by address, from an object's symbol tables: `g_sessions`, `Registry::instance()::registry`; and from
// its debug data where they were declared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/symbolize/debug_search.h"

namespace lw {

struct Variable {
  std::string name;     // readable; empty if no symbol covers the address
  uint64_t offset = 0;  // of the address in it
  std::string file;     // where it was declared, as it was compiled; empty if debug data do not say
  uint32_t line = 0;
};

class Variables {
 public:
  explicit Variables(const SymbolizeOptions& options);
  ~Variables();

  // `bytes_from_start`: from where the object's first byte lies in memory.
  Variable at(const ModuleId& module, uint64_t bytes_from_start);

 private:
  struct Object;
  Object& object(const ModuleId& module);

  DebugSearch search_;
  bool full_names_;
  std::unordered_map<std::string, std::unique_ptr<Object>> objects_;  // by path and build id
};

}  // namespace lw
