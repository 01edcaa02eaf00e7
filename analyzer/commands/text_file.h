// SPDX-License-Identifier: Apache-2.0
// Small text files that a person names on the command line.
#pragma once

#include <string>

namespace lw {

// False and why not, as what stands behind the file's name in a sentence: "cannot be read: No such file or directory".
bool read_text_file(const std::string& path, std::string& text, std::string& why_not);

}  // namespace lw
