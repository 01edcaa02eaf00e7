// SPDX-License-Identifier: Apache-2.0
// One line of the screen as it is put together from left to right. Widths count characters.
#pragma once

#include <algorithm>
#include <string>

#include "analyzer/base/columns.h"
#include "analyzer/base/screen.h"

namespace lw {

class Line {
 public:
  Line& add(std::string text, Ink ink = Ink::kPlain, bool reversed = false) {
    width_ += shown_width(text);
    if (!text.empty()) spans_.push_back({std::move(text), ink, reversed});
    return *this;
  }

  // Blanks up to that column; one at least if the line is there already.
  Line& to(size_t column, bool reversed = false) {
    const size_t blanks = column > width_ ? column - width_ : (width_ > 0 ? 1 : 0);
    return add(std::string(blanks, ' '), Ink::kPlain, reversed);
  }

  Line& right(const std::string& text, size_t end, Ink ink = Ink::kPlain) {
    const size_t wide = shown_width(text);
    return to(end - std::min(end, wide)).add(text, ink);
  }

  size_t width() const { return width_; }
  ScreenLine done() { return std::move(spans_); }

 private:
  ScreenLine spans_;
  size_t width_ = 0;
};

// The whole line in reverse, over the full width of the screen.
inline ScreenLine highlighted(ScreenLine line, size_t columns) {
  size_t width = 0;
  for (Span& span : line) {
    span.reversed = true;
    if (span.ink == Ink::kDim) span.ink = Ink::kPlain;
    width += shown_width(span.text);
  }
  if (width < columns) line.push_back({std::string(columns - width, ' '), Ink::kPlain, true});
  return line;
}

}  // namespace lw
