// SPDX-License-Identifier: Apache-2.0
// How much a stream can show: its width, whether colours, whether more than ASCII.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lw {

enum class Ink { kPlain, kBold, kRed, kYellow, kGreen, kDim };

struct Terminal {
  size_t width = 80;
  bool colours = false;
  bool unicode = true;

  std::string ink(Ink ink, std::string_view text) const;
};

// Width of the terminal behind the descriptor, at least 60, at most 120 (longer lines are hard to read), 80 if it is
// none. Colours only on a terminal that can, and not if NO_COLOR is set (https://no-color.org). What is not ASCII
// only in a locale whose character set is UTF-8.
Terminal terminal_behind(int descriptor);

// Writes the text, which is UTF-8, in what the terminal can show: "—" becomes "-", "±" becomes "+-".
std::string shown_on(const Terminal& terminal, std::string_view text);

}  // namespace lw
