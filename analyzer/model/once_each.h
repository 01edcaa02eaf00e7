// SPDX-License-Identifier: Apache-2.0
// Many processes of one program, each with a block or two that it keeps: a buffer that is made when it is first needed,
// or a leak that is rare? A leak does not know that it has struck before: its blocks come as often again in a process
// that has one already as in another, and more often in those that live longer. What each process makes once it has
// once.
#pragma once

#include <vector>

#include "analyzer/model/history.h"

namespace lw {

// The probability of the former, from how many separate births each process has in the time that it was watched. Both
// are equally probable before. Births oldest first.
f64 once_each(const std::vector<std::vector<Birth>>& births, const std::vector<f64>& windows_s);

}  // namespace lw
