// SPDX-License-Identifier: Apache-2.0
// Bytes → the file that -o names, or stdout.
#pragma once

#include <string>

namespace lw {

// Written beside the file and renamed, so that whoever reads it never sees a half. An empty path or "-" is stdout.
// Throws a std::runtime_error with a sentence if it cannot be done.
void write_out(const std::string& path, const std::string& bytes);

}  // namespace lw
