// SPDX-License-Identifier: Apache-2.0
// Lengths drawn with characters.
#pragma once

#include <cstddef>
#include <string>

#include "snapshot/layout.h"

namespace lw {

// `value` of `most` as a bar of at most `width` characters; what is not nothing has at least half of one.
std::string bar(f64 value, f64 most, size_t width);

}  // namespace lw
