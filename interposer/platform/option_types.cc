// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/option_types.h"

#include <signal.h>

#include "interposer/platform/text.h"

namespace lw {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_word(const char* text, const char* word) {
  while (*text != '\0' && lower(*text) == *word) ++text, ++word;
  return *text == '\0' && *word == '\0';
}

// A decimal number, perhaps with a fraction. Leaves `text` behind it; false if there is none or it is absurd.
bool take_number(const char*& text, f64& number) {
  if (!is_digit(*text)) return false;
  number = 0;
  for (; is_digit(*text); ++text) number = number * 10 + (*text - '0');
  if (*text == '.') {
    f64 unit = 0.1;
    for (++text; is_digit(*text); ++text, unit /= 10) number += unit * (*text - '0');
  }
  return number < 1e15;
}

bool take_bytes(const char* text, f64& bytes) {
  if (!take_number(text, bytes)) return false;
  constexpr struct {
    char letter;
    f64 factor;
  } kUnits[] = {{'k', 1024.0}, {'m', 1048576.0}, {'g', 1073741824.0}};
  for (const auto& unit : kUnits) {
    if (lower(*text) != unit.letter) continue;
    bytes *= unit.factor;
    ++text;
    if (lower(*text) == 'i') ++text;
    break;
  }
  if (lower(*text) == 'b') ++text;
  return *text == '\0';
}

bool take_count(const char* text, u32 low, u32 high, u32& count) {
  f64 number;
  if (!take_number(text, number) || *text != '\0' || number < low || number > high) return false;
  const u32 whole = static_cast<u32>(number);
  if (static_cast<f64>(whole) != number) return false;
  count = whole;
  return true;
}

}  // namespace

bool parse(const char* text, Directory& value) {
  if (text_length(text) >= sizeof value.path) return false;
  copy_text(value.path, text);
  return true;
}

bool parse(const char* text, Interval& value) {
  if (same_word(text, "auto")) {
    value.bytes = 0;
    return true;
  }
  f64 bytes;
  if (!take_bytes(text, bytes) || bytes < 1 || bytes > 1e12) return false;
  value.bytes = static_cast<u64>(bytes);
  return true;
}

bool parse(const char* text, Share& value) {
  f64 share;
  if (!take_number(text, share)) return false;
  if (*text == '%') {
    ++text;
    share /= 100;
  }
  if (*text != '\0' || share <= 0 || share > 1) return false;
  const u64 ppm = static_cast<u64>(share * 1e6 + 0.5);
  if (ppm == 0) return false;
  value.ppm = ppm;
  return true;
}

bool parse(const char* text, Duration& value) {
  f64 amount;
  if (!take_number(text, amount)) return false;
  constexpr struct {
    const char* word;
    f64 ns;
  } kUnits[] = {{"ms", 1e6}, {"s", 1e9}, {"", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}};
  for (const auto& unit : kUnits) {
    if (!same_word(text, unit.word)) continue;
    const f64 ns = amount * unit.ns;
    if ((ns > 0 && ns < 1e6) || ns > 1e18) return false;
    value.ns = static_cast<u64>(ns);
    return true;
  }
  return false;
}

bool parse(const char* text, Signal& value) {
  if (same_word(text, "none")) {
    value.number = 0;
    return true;
  }
  if (lower(text[0]) == 's' && lower(text[1]) == 'i' && lower(text[2]) == 'g') text += 3;
  constexpr struct {
    const char* name;
    int number;
  } kNames[] = {{"usr1", SIGUSR1}, {"usr2", SIGUSR2}, {"hup", SIGHUP},     {"quit", SIGQUIT}, {"prof", SIGPROF},
                {"urg", SIGURG},   {"io", SIGIO},     {"winch", SIGWINCH}, {"pwr", SIGPWR}};
  for (const auto& known : kNames) {
    if (!same_word(text, known.name)) continue;
    value.number = known.number;
    return true;
  }
  const char* rest = text;
  for (const char* c = "rtmin"; *c != '\0'; ++c, ++rest) {
    if (lower(*rest) != *c) return false;
  }
  u32 above = 0;
  if (*rest == '+' && !take_count(rest + 1, 0, 30, above)) return false;
  if (*rest != '+' && *rest != '\0') return false;
  const int number = SIGRTMIN + static_cast<int>(above);
  if (number > SIGRTMAX) return false;
  value.number = number;
  return true;
}

bool parse(const char* text, Count& value) { return take_count(text, 2, 4096, value.value); }

bool parse(const char* text, Size& value) {
  f64 bytes;
  if (!take_bytes(text, bytes) || bytes < 1048576 || bytes > 4294967296.0) return false;
  value.bytes = static_cast<u64>(bytes);
  return true;
}

bool parse(const char* text, Depth& value) { return take_count(text, 1, 256, value.frames); }

bool parse(const char* text, ReachWord& value) {
  constexpr struct {
    const char* word;
    ReachMode mode;
  } kWords[] = {
      {"off", ReachMode::kOff}, {"exit", ReachMode::kExit}, {"fork", ReachMode::kFork}, {"auto", ReachMode::kAuto}};
  for (const auto& known : kWords) {
    if (!same_word(text, known.word)) continue;
    value.mode = known.mode;
    return true;
  }
  return false;
}

bool parse(const char* text, Globs& value) {
  if (*text == '\0' || text_length(text) >= sizeof value.list) return false;
  copy_text(value.list, text);
  return true;
}

bool matches_any(const char* text, const Globs& globs) {
  if (same_word(globs.list, "all")) return true;
  if (same_word(globs.list, "none")) return false;
  const char* item = globs.list;
  for (;;) {
    u64 length = 0;
    while (item[length] != '\0' && item[length] != ',') ++length;
    if (matches_glob(text, item, length)) return true;
    if (item[length] == '\0') return false;
    item += length + 1;
  }
}

}  // namespace lw
