// SPDX-License-Identifier: Apache-2.0
// What a file is when it is not what was hoped for; private to snapshot/reader*.cc.
#pragma once

#include <span>
#include <string>

#include "snapshot/layout.h"

namespace lw {

bool begins_with(std::span<const u8> bytes, std::span<const u8> start);

// Empty if the bytes begin like a snapshot, otherwise a sentence: "is not a snapshot: it is compressed by gzip".
std::string what_else_it_is(std::span<const u8> bytes);

}  // namespace lw
