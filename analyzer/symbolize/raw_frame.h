// SPDX-License-Identifier: Apache-2.0
// A frame as debug data and symbol tables give it, before its name is made readable. The disk cache keeps these,
// so a better way of writing names needs no new cache.
#pragma once

#include <cstdint>
#include <string>

namespace lw {

struct RawFrame {
  std::string name;              // empty if unknown
  bool is_linkage_name = false;  // as in a symbol table; otherwise a qualified name of the source
  std::string file;              // empty if unknown
  uint32_t line = 0;             // 0 = unknown
  bool inlined = false;          // into the next frame

  bool operator==(const RawFrame&) const = default;
};

// How much an object's files tell, poorest first.
enum class NameSource : uint32_t {
  kNone = 0,       // nothing could be opened
  kSymbols = 1,    // a symbol table
  kDebugData = 2,  // DWARF
};

}  // namespace lw
