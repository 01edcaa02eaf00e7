// SPDX-License-Identifier: Apache-2.0
// What a pointer lies in, in words: "global g_sessions (server)", "the stack of thread 17".
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/profile.h"
#include "analyzer/reach/address_space.h"
#include "analyzer/reach/thread_state.h"
#include "analyzer/symbolize/variables.h"

namespace lw {

class HolderNamer {
 public:
  HolderNamer(const Process& process, std::vector<Region> regions, const std::vector<ThreadState>& threads,
              const SymbolizeOptions& options);

  // Of the word at `where`; 0 stands for what is in no memory.
  std::string name(u64 where);

 private:
  std::string name_global(size_t region, u64 where);
  std::string name_anonymous(const Region& region) const;
  std::string name_object(const std::string& path) const;

  std::string executable_, program_;
  std::vector<Region> regions_;
  std::vector<ThreadState> threads_;
  Variables variables_;
};

}  // namespace lw
