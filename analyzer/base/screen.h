// SPDX-License-Identifier: Apache-2.0
// A terminal taken over as a whole: lines of inked text go out, keys come in. The only door to ncurses.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/terminal.h"

namespace lw {

struct Span {
  std::string text;
  Ink ink = Ink::kPlain;
  bool reversed = false;
};
using ScreenLine = std::vector<Span>;

enum class KeyName : uint8_t {
  kCharacter,
  kUp,
  kDown,
  kLeft,
  kRight,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kEnter,
  kEscape,
  kBackspace,
};

struct Key {
  KeyName name = KeyName::kCharacter;
  std::string character = {};  // in UTF-8

  bool is(std::string_view wanted) const { return name == KeyName::kCharacter && character == wanted; }
};

struct ScreenSize {
  size_t rows = 24, columns = 80;
};

class Screen {
 public:
  // People sit at both ends, and TERM names a terminal that can be driven.
  static bool is_possible();
  // Takes over the terminal behind stdin and stdout. What is shown is UTF-8 if `terminal` can show that; colours as
  // that says. nullptr if it is not possible.
  static std::unique_ptr<Screen> open(const Terminal& terminal);
  ~Screen();  // leaves the terminal as it was found
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  ScreenSize size() const;
  void show(const std::vector<ScreenLine>& lines);
  std::optional<Key> key();  // nothing if none was pressed

  void take_new_size();  // after SIGWINCH
  // To be stopped and resumed in between, as the shell's job.
  void step_aside();
  void come_back();

 private:
  explicit Screen(void* handle) : handle_(handle) {}
  void* handle_;  // ncurses' SCREEN
};

}  // namespace lw
