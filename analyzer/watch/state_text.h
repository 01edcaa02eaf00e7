// SPDX-License-Identifier: Apache-2.0
// Whether a process runs, or how its watching ended.
#pragma once

#include <string>

#include "analyzer/model/profile.h"

namespace lw {

// "running 2 m 3 s", "killed after 2 m 3 s: it did not get to its exit"
std::string state_text(const Process& process);

}  // namespace lw
