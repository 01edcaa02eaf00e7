// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace lw {
namespace {

const char* ink_code(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return "\033[1m";
    case Ink::kRed:
      return "\033[1;31m";
    case Ink::kYellow:
      return "\033[33m";
    case Ink::kGreen:
      return "\033[32m";
    case Ink::kDim:
      return "\033[2m";
    case Ink::kPlain:
      break;
  }
  return "";
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = environment(name);
    if (value.empty()) continue;
    for (const char* set : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
      if (value.find(set) != std::string_view::npos) return true;
    }
    return false;
  }
  return false;
}

struct Replacement {
  std::string_view character, ascii;
};
constexpr Replacement kReplacements[] = {{"—", "-"},  {"–", "-"},  {"±", "+-"}, {"…", "..."}, {"▸", ">"}, {"×", "x"},
                                         {"≥", ">="}, {"≤", "<="}, {"→", "->"}, {"·", "-"},   {"├", "|"}, {"└", "`"},
                                         {"│", "|"},  {"─", "-"},  {"█", "#"},  {"▒", "+"},   {"░", "."}, {"▌", "#"},
                                         {"⋮", ":"},  {"▼", "v"},  {"↑", "^"},  {"↓", "v"},   {"←", "<"}};

}  // namespace

std::string Terminal::ink(Ink ink, std::string_view text) const {
  if (!colours || ink == Ink::kPlain) return std::string(text);
  return ink_code(ink) + std::string(text) + "\033[0m";
}

Terminal terminal_behind(int descriptor) {
  Terminal terminal;
  terminal.unicode = locale_is_utf8();
  if (isatty(descriptor) == 0) return terminal;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = std::clamp<size_t>(size.ws_col, 60, 120);
  }
  terminal.colours = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return terminal;
}

std::string shown_on(const Terminal& terminal, std::string_view text) {
  if (terminal.unicode) return std::string(text);
  std::string shown;
  while (!text.empty()) {
    size_t length = 1;
    std::string_view ascii = text.substr(0, 1);
    for (const Replacement& replacement : kReplacements) {
      if (text.starts_with(replacement.character)) {
        length = replacement.character.size();
        ascii = replacement.ascii;
      }
    }
    shown += ascii;
    text.remove_prefix(length);
  }
  return shown;
}

}  // namespace lw
