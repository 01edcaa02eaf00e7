// SPDX-License-Identifier: Apache-2.0
// What became of memory that could not be followed, and what to do about it.
#pragma once

#include <string>

#include "analyzer/model/profile.h"

namespace lw {

// Completes "12 % of the memory that server allocated …": by the reason for which most bytes were dropped.
std::string why_not_followed(const Process& process);

}  // namespace lw
