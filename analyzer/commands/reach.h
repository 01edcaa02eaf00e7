// SPDX-License-Identifier: Apache-2.0
// `report PID --reach` and `report --core FILE PATH…`: look for pointers to the blocks that are alive, and mark what
// nobody holds.
#pragma once

#include <string>
#include <vector>

#include "analyzer/commands/name_stacks.h"
#include "analyzer/model/profile.h"

namespace lw {

struct ReachChoice {
  bool wanted = false;
  unsigned looks = 3;
  unsigned wait_ms = 1000;
  bool registers = false;
  std::string core;  // a core file to look in instead

  bool any() const { return wanted || !core.empty(); }
  void add_to(Options& options);
  void add_looks_to(Options& options);  // only what looks at running processes, and stops none of their threads
};

// Of every process of the observation that runs on this machine, or of the one that the core file is of. What could not
// be done goes to `complaints`.
void look_for_pointers(Observation& observation, const ReachChoice& choice, const SymbolChoice& symbols,
                       std::vector<std::string>& complaints);

}  // namespace lw
