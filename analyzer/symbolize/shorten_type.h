// SPDX-License-Identifier: Apache-2.0
// A demangled type, or a list of parameters, in the words a person would use: `std::string` for the
// `basic_string` with its traits and allocator, `std::vector<int>` without allocator, `<…>` for what is too
// deep or too long to help.
#pragma once

#include <string>
#include <string_view>

namespace lw {

std::string shorten_type(std::string_view type);

// The list between the parentheses, which are not part of it: `Request const&, std::string, …`.
std::string shorten_parameters(std::string_view parameters);

}  // namespace lw
