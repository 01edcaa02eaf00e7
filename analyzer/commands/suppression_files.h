// SPDX-License-Identifier: Apache-2.0
// Where accepted findings are listed: on the command line, in LEAKWATCH_SUPPRESSIONS, and in the file that a test
// suite already gives to LeakSanitizer.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/suppressions.h"

namespace lw {

// False after a complaint about a file that cannot be read or a line that is no suppression.
bool read_suppressions(const std::vector<std::string>& named, Suppressions& suppressions);

// The value of suppressions= in LSAN_OPTIONS: options are separated by spaces, commas, colons or line ends, and a value
// may stand in quotes. "" if there is none.
std::string suppressions_of_lsan(std::string_view options);

}  // namespace lw
