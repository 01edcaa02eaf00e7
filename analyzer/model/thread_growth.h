// SPDX-License-Identifier: Apache-2.0
// Threads that never end, by the code that made them.
//
// A thread is to its creator what a block is to its allocation: it begins, and it ends or does not. So the running
// threads are judged as the live blocks of an exact process would be, by the same tests and with the same doubts.
#pragma once

#include <vector>

#include "analyzer/model/assess.h"

namespace lw {

// One finding for each place that makes threads which never end, fastest first.
std::vector<Assessment> growing_threads(const Observation& observation, u32 process);

// Do the blocks of a growing site begin with threads of such a finding, one or a few for each? Then it grows because
// they do.
bool grows_with_threads(const Process& process, const Assessment& site, const Assessment& threads);

// The site's part joins the finding.
void add_to_threads(Assessment& threads, const Assessment& site);

}  // namespace lw
