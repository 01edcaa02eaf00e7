// SPDX-License-Identifier: Apache-2.0
// Addresses → functions, files, lines, inlined frames. Partial answers are normal: a frame without a name is
// shown as module+0xoffset, never left out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lw {

// One frame of source code; several stand at one address where functions were inlined.
struct SourceFrame {
  std::string function;     // demangled and shortened for people; empty if unknown
  std::string linkage_name; // as in the object's symbol table; empty if unknown
  std::string file;         // as in the debug information; empty if unknown
  uint32_t line = 0;        // 0 = unknown
  bool inlined = false;     // this frame was inlined into the next one
};

// An object file as the target saw it.
struct ModuleId {
  std::string path;      // in the target's file system
  std::string build_id;  // raw bytes; empty if it had none
};

struct SymbolizeOptions {
  std::string sysroot;                   // put before every path, e.g. a copy of the target's file system
  std::vector<std::string> debug_paths;  // searched for .build-id/xx/yyyy.debug, besides /usr/lib/debug
  bool debuginfod = false;               // ask the servers of DEBUGINFOD_URLS, only when asked to
  int debuginfod_timeout_s = 10;
  bool full_names = false;               // keep template arguments and parameter lists as they are
  std::string cache_directory;           // empty = $XDG_CACHE_HOME/leakwatch or ~/.cache/leakwatch; "-" = no cache
};

class Symbolizer {
 public:
  explicit Symbolizer(SymbolizeOptions options);
  ~Symbolizer();

  // The frames at `file_offset` of the object, innermost first; never empty: at least one frame, perhaps nameless.
  // For a return address pass its offset - 1. Results are cached in memory and, by build id, on disk.
  const std::vector<SourceFrame>& frames_at(const ModuleId& module, uint64_t file_offset);

  // One sentence per object that could not be opened, did not match its build id, or has no symbols.
  std::vector<std::string> notes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `std::__cxx11::basic_string<char, …>` → `std::string`; long template arguments → `<…>`; drops ABI tags,
// clone suffixes and, unless `full`, parameter lists stay but are shortened. Pure.
std::string readable_name(const std::string& linkage_name, bool full);

}  // namespace lw
