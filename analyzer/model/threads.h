// SPDX-License-Identifier: Apache-2.0
// Who allocated: threads of one name taken together, since a pool's workers and their successors share theirs.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/estimate.h"
#include "analyzer/model/expression.h"
#include "analyzer/model/profile.h"

namespace lw {

struct ThreadGroup {
  std::string name;
  u64 threads = 0, running = 0;
  u64 first_tid = 0;                                    // tells a group of one apart
  u64 allocations = 0, frees = 0, allocated_bytes = 0;  // exact
  Estimate live_bytes, live_count;                      // of blocks that these threads allocated
};

// Of what was alive at the last profile, the most live bytes first.
std::vector<ThreadGroup> thread_groups(const Process& process);

// Forgets live blocks of threads whose name and number the pattern does not match.
void keep_threads(Process& process, const Expression& pattern);

}  // namespace lw
