// SPDX-License-Identifier: Apache-2.0
// What a look at a process's memory found → marks on its live blocks, and words on who holds them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/commands/name_holder.h"
#include "analyzer/commands/name_stacks.h"
#include "analyzer/model/profile.h"
#include "analyzer/reach/holder_paths.h"
#include "analyzer/reach/repeated_looks.h"

namespace lw {

// By address, with the birth that tells a block from another at that address.
using Births = std::map<u64, f64>;

struct Surroundings {
  Scene scene;
  ProcessMemory* memory;  // of a running process, for the way up from words in the heap; nullptr: there is none
};

class ReachMarker {
 public:
  // All must outlive the marker.
  ReachMarker(const CodeTable& code, Process& process, const LookResult& result, const Surroundings& around,
              const SymbolChoice& symbols);

  // `births`: what lives on. A block that was freed meanwhile had a pointer somewhere, be it in a register.
  void mark(const Births& births, bool still);

 private:
  // Up from a block: over known blocks to the first word that is in none of them.
  struct Way {
    u64 word = 0;
    std::vector<u32> series;  // of the blocks passed, the nearest first; runs of one series once
  };

  Way way_up(u32 block) const;
  void name_holders(const std::vector<u32>& held);
  std::string text_of(u32 block, const Way& way, const HolderPath& path);
  u32 number_of(const std::string& holder);

  const CodeTable& code_;
  const Process& process_;
  LiveSet& live_;
  const LookResult& result_;
  const Surroundings& around_;
  const SymbolChoice& symbols_;
  HolderNamer namer_;
  Names names_;
  std::map<std::string, u32> numbers_;
};

}  // namespace lw
