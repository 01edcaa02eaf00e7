// SPDX-License-Identifier: Apache-2.0
// Which of a process's sites, and which of its snapshots, a picture with little room must not miss.
#pragma once

#include <vector>

#include "analyzer/model/report.h"

namespace lw {

// Numbers of sites in report.sites, the weightiest first. Those that leak weigh the most; then it counts what a site's
// largest share is: of what is alive at the end, of what was at its own peak, of growth, or of all that was allocated.
std::vector<u32> heaviest_sites(const ProcessReport& report, size_t most);

// Numbers of profiles, ascending, at even distances of time, with the first, the last, and the last one before the
// exit.
std::vector<u32> telling_profiles(const Process& process, size_t most);

}  // namespace lw
