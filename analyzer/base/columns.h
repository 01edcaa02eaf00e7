// SPDX-License-Identifier: Apache-2.0
// Text in lines and columns. Widths count characters, not bytes, and colour codes count for nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lw {

size_t shown_width(std::string_view text);

// Breaks at spaces so that no line is wider than `width`; lines after the first begin with `indent` spaces. A number
// stays with its unit. A word that is wider than a line stands alone. Ends without a newline.
std::string wrapped(std::string_view text, size_t width, size_t indent);

// The text, cut to `width` with "…" in the middle if it is wider: both ends of a name tell something.
std::string shortened(std::string_view text, size_t width);

// The first `width` characters.
std::string cut_at_end(std::string_view text, size_t width);

class Table {
 public:
  enum class Side { kLeft, kRight };

  explicit Table(std::vector<Side> sides) : sides_(std::move(sides)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Columns are as wide as their widest cell and two spaces apart; the last one is shortened to fit `width`.
  // No space stands at the end of a line.
  std::string text(size_t width, size_t indent) const;

 private:
  std::vector<Side> sides_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lw
