// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/xml.h"

namespace lw {
namespace {

std::string_view written(std::string_view sequence) {
  if (sequence == "&") return "&amp;";
  if (sequence == "<") return "&lt;";
  if (sequence == ">") return "&gt;";
  if (sequence == "\"") return "&quot;";
  if (sequence == "'") return "&apos;";
  if (sequence == "\n") return "&#10;";
  if (sequence == "\r") return "&#13;";
  if (sequence == "\t") return "&#9;";
  return sequence;
}

}  // namespace

size_t character_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
  const size_t length = first >= 0xc2 && first < 0xe0   ? 2
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
  unsigned code = length == 2 ? first & 0x1f : length == 3 ? first & 0x0f : first & 0x07;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  const bool too_long = (length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff));
  const bool no_character = (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff;
  return too_long || no_character ? 0 : length;
}

std::string xml_text(std::string_view text) {
  std::string xml;
  while (!text.empty()) {
    const size_t length = character_length(text);
    xml += length == 0 ? "?" : written(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return xml;
}

}  // namespace lw
