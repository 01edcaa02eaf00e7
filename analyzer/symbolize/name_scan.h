// SPDX-License-Identifier: Apache-2.0
// Finding one's way in a demangled C++ name, where `<` may open template arguments, or be half of
// `operator<<`, or compare two numbers inside an expression. Nothing here trusts the text: a bracket
// without its partner is answered with npos.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace lw {

inline bool is_identifier_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Length of the operator's name that starts at `at` (`operator<<`, `operator new[]`, `operator()`), 0 if none
// does. Of a conversion (`operator unsigned long`) only the word `operator` itself is counted.
size_t operator_name_length(std::string_view text, size_t at);

// True if the `<` at `at` opens template arguments.
bool opens_template(std::string_view text, size_t at);

// The position of the bracket that closes the one at `open`, one of ( < [ {; npos if there is none.
size_t closing_bracket(std::string_view text, size_t open);

// Splits what stands between two brackets at its top-level commas; surrounding blanks are cut off.
std::vector<std::string_view> split_list(std::string_view list);

}  // namespace lw
