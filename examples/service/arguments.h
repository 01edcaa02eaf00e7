// SPDX-License-Identifier: Apache-2.0
// Numbers on the command line, of the service and of its load generator.
#pragma once

#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>

template <typename Number>
Number number_from(const char* text) {
  Number number{};
  const char* end = text + strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, number);
  if (error != std::errc{} || stopped != end)
    throw std::invalid_argument(std::string(text) + " is not a number in range");
  return number;
}
