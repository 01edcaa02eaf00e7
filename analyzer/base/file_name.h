// SPDX-License-Identifier: Apache-2.0
// The last part of a path: what people call a file.
#pragma once

#include <string>

namespace lw {

inline std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace lw
