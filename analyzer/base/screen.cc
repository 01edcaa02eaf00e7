// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/screen.h"

#define NCURSES_NOMACROS 1
#include <langinfo.h>
#include <ncurses.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstring>

#undef lines  // terminfo makes macros of words that others need
#undef columns

namespace lw {
namespace {

enum Pair : short { kNoPair, kRedPair, kYellowPair, kGreenPair };

// The parts of an arrow key may arrive apart over a slow line; longer, and Escape itself feels slow.
constexpr int kEscapeDelay_ms = 100;

// ncurses writes what the C library's locale can encode. On many servers the one that ssh brings along is not there.
void choose_locale(bool unicode) {
  std::setlocale(LC_CTYPE, "");
  if (unicode && std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

void start_colours(bool wanted) {
  if (!wanted || !has_colors()) return;
  start_color();
  use_default_colors();
  init_pair(kRedPair, COLOR_RED, -1);
  init_pair(kYellowPair, COLOR_YELLOW, -1);
  init_pair(kGreenPair, COLOR_GREEN, -1);
}

attr_t attributes_of(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return A_BOLD;
    case Ink::kRed:
      return A_BOLD | static_cast<attr_t>(COLOR_PAIR(kRedPair));
    case Ink::kYellow:
      return static_cast<attr_t>(COLOR_PAIR(kYellowPair));
    case Ink::kGreen:
      return static_cast<attr_t>(COLOR_PAIR(kGreenPair));
    case Ink::kDim:
      return A_DIM;
    case Ink::kPlain:
      break;
  }
  return A_NORMAL;
}

std::string in_utf8(wint_t character) {
  const auto code = static_cast<uint32_t>(character);
  const auto part = [&](unsigned shift, uint32_t mark, uint32_t mask) {
    return static_cast<char>(mark | (code >> shift & mask));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {part(6, 0xc0, 0x1f), part(0, 0x80, 0x3f)};
  if (code < 0x10000) return {part(12, 0xe0, 0x0f), part(6, 0x80, 0x3f), part(0, 0x80, 0x3f)};
  return {part(18, 0xf0, 0x07), part(12, 0x80, 0x3f), part(6, 0x80, 0x3f), part(0, 0x80, 0x3f)};
}

std::optional<Key> special_key(wint_t code) {
  switch (code) {
    case KEY_UP:
      return Key{KeyName::kUp};
    case KEY_DOWN:
      return Key{KeyName::kDown};
    case KEY_LEFT:
      return Key{KeyName::kLeft};
    case KEY_RIGHT:
      return Key{KeyName::kRight};
    case KEY_PPAGE:
      return Key{KeyName::kPageUp};
    case KEY_NPAGE:
      return Key{KeyName::kPageDown};
    case KEY_HOME:
      return Key{KeyName::kHome};
    case KEY_END:
      return Key{KeyName::kEnd};
    case KEY_ENTER:
      return Key{KeyName::kEnter};
    case KEY_BACKSPACE:
      return Key{KeyName::kBackspace};
    default:
      return {};
  }
}

Key character_key(wint_t character) {
  switch (character) {
    case '\r':
    case '\n':
      return {KeyName::kEnter};
    case 27:
      return {KeyName::kEscape};
    case 8:
    case 127:
      return {KeyName::kBackspace};
    default:
      return {KeyName::kCharacter, in_utf8(character)};
  }
}

}  // namespace

bool Screen::is_possible() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return false;
  int answer = 0;
  if (setupterm(nullptr, STDOUT_FILENO, &answer) != OK) return false;
  const bool moves_cursor = tigetstr("cup") != nullptr;
  del_curterm(cur_term);
  return moves_cursor;
}

std::unique_ptr<Screen> Screen::open(const Terminal& terminal) {
  choose_locale(terminal.unicode);
  SCREEN* handle = newterm(nullptr, stdout, stdin);
  if (handle == nullptr) return nullptr;
  std::unique_ptr<Screen> screen(new Screen(handle));
  set_escdelay(kEscapeDelay_ms);
  cbreak();
  noecho();
  keypad(stdscr, true);
  nodelay(stdscr, true);
  curs_set(0);
  start_colours(terminal.colours);
  return screen;
}

Screen::~Screen() {
  // Some terminals (tmux 3.3, made wider meanwhile) leave behind what they cannot fit into the screen of before.
  erase();
  refresh();
  endwin();
  delscreen(static_cast<SCREEN*>(handle_));
}

ScreenSize Screen::size() const { return {static_cast<size_t>(LINES), static_cast<size_t>(COLS)}; }

void Screen::show(const std::vector<ScreenLine>& lines) {
  erase();
  for (int row = 0; row < LINES && row < static_cast<int>(lines.size()); ++row) {
    move(row, 0);
    for (const Span& span : lines[static_cast<size_t>(row)]) {
      attrset(static_cast<int>(attributes_of(span.ink) | (span.reversed ? A_REVERSE : A_NORMAL)));
      addstr(span.text.c_str());
    }
  }
  attrset(A_NORMAL);
  refresh();
}

std::optional<Key> Screen::key() {
  wint_t character = 0;
  const int kind = get_wch(&character);
  if (kind == ERR) return {};
  if (kind == OK) return character_key(character);
  const std::optional<Key> special = special_key(character);
  return special ? special : key();  // of the others none means anything here
}

void Screen::take_new_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    resizeterm(size.ws_row, size.ws_col);
  }
  clearok(curscr, true);
}

void Screen::step_aside() {
  def_prog_mode();
  endwin();
}

void Screen::come_back() {
  reset_prog_mode();
  take_new_size();
}

}  // namespace lw
