// SPDX-License-Identifier: Apache-2.0
// Everything that one object's files say about its addresses. Files are looked for at once, which is cheap, and
// read when the first address is asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/symbolize/debug_search.h"
#include "analyzer/symbolize/dwarf_frames.h"
#include "analyzer/symbolize/raw_frame.h"
#include "analyzer/symbolize/symbol_table.h"
#include "analyzer/symbolize/symbolizer.h"

namespace lw {

class ModuleSymbols {
 public:
  // `search` must outlive this.
  ModuleSymbols(const ModuleId& module, DebugSearch& search);

  NameSource source() const { return source_; }
  uint64_t fingerprint() const;  // of the files that answers are made from

  struct Answer {
    std::vector<RawFrame> frames;  // innermost first, at least one
    bool complete = true;          // false if a file that the debug data refers to was missing
  };
  Answer at(uint64_t file_offset);

  // Forgets what was read; the next address reads it again.
  void put_down();

  // A sentence on why an answer had no name; empty if there is nothing to say about it.
  std::string problem() const;
  const std::string& caveat() const { return files_.caveat; }

 private:
  void open();

  DebugSearch& search_;
  ObjectFiles files_;
  NameSource source_ = NameSource::kNone;
  bool opened_ = false;
  bool incomplete_ = false;
  std::string shared_problem_;
  std::unique_ptr<DwarfFrames> dwarf_;
  std::unique_ptr<SymbolTable> symbols_;
};

}  // namespace lw
