// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/columns.h"

#include <algorithm>

namespace lw {
namespace {

constexpr std::string_view kCut = "…";

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the first `characters` characters of text without colours.
size_t bytes_of(std::string_view text, size_t characters) {
  size_t i = 0;
  while (i < text.size() && (characters > 0 || continues_a_character(text[i]))) {
    if (!continues_a_character(text[i])) --characters;
    ++i;
  }
  return i;
}

}  // namespace

size_t shown_width(std::string_view text) {
  size_t width = 0;
  bool in_colour_code = false;
  for (const char c : text) {
    if (c == '\033') in_colour_code = true;
    if (!in_colour_code && !continues_a_character(c)) ++width;
    if (c == 'm') in_colour_code = false;
  }
  return width;
}

std::string wrapped(std::string_view text, size_t width, size_t indent) {
  const size_t leading = std::min(text.find_first_not_of(' '), text.size());
  std::string result(leading, ' ');
  text.remove_prefix(leading);
  size_t column = leading;
  for (bool first = true; !text.empty(); first = false) {
    size_t space = text.find(' ');
    while (space != std::string_view::npos && space > 0 && is_digit(text[space - 1])) space = text.find(' ', space + 1);
    const std::string_view word = text.substr(0, space);
    const size_t word_width = shown_width(word);
    if (!first && column > indent && column + 1 + word_width > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word_width;
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return result;
}

std::string shortened(std::string_view text, size_t width) {
  const size_t all = shown_width(text);
  if (all <= width) return std::string(text);
  if (width < 2) return std::string(kCut);
  const size_t head = (width - 1) * 3 / 5, tail = width - 1 - head;
  return std::string(text.substr(0, bytes_of(text, head))) + std::string(kCut) +
         std::string(text.substr(bytes_of(text, all - tail)));
}

std::string cut_at_end(std::string_view text, size_t width) {
  return std::string(text.substr(0, bytes_of(text, width)));
}

std::string Table::text(size_t width, size_t indent) const {
  std::vector<size_t> widths(sides_.size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], shown_width(row[i]));
  }
  std::string result;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == sides_.size();
      const size_t used = shown_width(line);
      const std::string cell = last ? shortened(row[i], width > used + 8 ? width - used : 8) : row[i];
      const std::string padding(widths[i] - std::min(widths[i], shown_width(cell)), ' ');
      line += sides_[i] == Side::kRight && !last ? padding + cell : cell + padding;
      if (!last) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  return result;
}

}  // namespace lw
