// SPDX-License-Identifier: Apache-2.0
// A level that was seen to rise and to fall back several times is a batch, a buffer that is flushed, a day's rhythm.
#pragma once

#include <vector>

#include "analyzer/model/history.h"

namespace lw {

// At least two rises and two falls, each by more than half of the highest level and by more than its error.
bool is_periodic(const std::vector<Level>& levels);

}  // namespace lw
