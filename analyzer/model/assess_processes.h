// SPDX-License-Identifier: Apache-2.0
// The assessment of everything, where it will stay: of a hundred thousand sites a second list, if only for a moment,
// would be most of the memory that a report takes.
#pragma once

#include "analyzer/model/assess.h"

namespace lw {

// Of each process one per series, in order.
std::vector<std::vector<Assessment>> assess_processes(const Observation& observation);

}  // namespace lw
