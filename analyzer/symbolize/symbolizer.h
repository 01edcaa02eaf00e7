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
  std::string function;      // demangled and shortened for people; empty if unknown
  std::string linkage_name;  // as in the object's symbol table; empty if unknown
  std::string file;          // as in the debug information; empty if unknown
  uint32_t line = 0;         // 0 = unknown
  bool inlined = false;      // this frame was inlined into the next one
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
  bool full_names = false;      // keep template arguments and parameter lists as they are
  std::string cache_directory;  // empty = $XDG_CACHE_HOME/leakwatch or ~/.cache/leakwatch; "-" = no cache
};

// A Symbolizer belongs to one thread; several threads use one each, and may share a cache directory.
class Symbolizer {
 public:
  explicit Symbolizer(const SymbolizeOptions& options);
  ~Symbolizer();  // writes what is new to the cache on disk

  // The frames at `file_offset` of the object, innermost first; never empty: at least one frame, perhaps nameless.
  // For a return address pass its offset - 1. Results are cached in memory and, by build id, on disk. The reference
  // stays good as long as the Symbolizer lives.
  const std::vector<SourceFrame>& frames_at(const ModuleId& module, uint64_t file_offset);

  // Puts down what was read of the objects' files, tens of MiB of debug data; the answers stay. An address that was
  // not asked for before takes them up again.
  void put_files_down();

  // What a person should know of the answers so far: one sentence per object that has addresses without a name
  // because its file or its debug data is missing or another build's, and one if debuginfod failed.
  std::vector<std::string> notes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `std::__cxx11::basic_string<char, …>` → `std::string`; `std::map<K, V, std::less<K>, …>` → `std::map<K, V>`; what is
// too deep or too long in template arguments and parameters becomes `…`; ABI tags, clone suffixes, inline namespaces
// and return types are dropped. With `full` nothing of this: the demangled name. Takes any text, also damaged. Pure.
std::string readable_name(const std::string& linkage_name, bool full);

}  // namespace lw
