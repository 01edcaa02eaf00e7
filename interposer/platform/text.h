// SPDX-License-Identifier: Apache-2.0
// Text in fixed room: file names, /proc, sentences. No allocation, no locale, no stdio; cut when it is full,
// always ends in NUL.
#pragma once

#include "snapshot/layout.h"

namespace lw {

template <u32 kCapacity>
class Text {
 public:
  Text() { bytes_[0] = '\0'; }

  Text& operator<<(const char* text) {
    while (*text != '\0') put(*text++);
    return *this;
  }
  Text& operator<<(u64 number) {
    char digits[20];
    u32 n = 0;
    do {
      digits[n++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (n > 0) put(digits[--n]);
    return *this;
  }
  void put(char c) {
    if (length_ + 1 >= kCapacity) {
      cut_ = true;
      return;
    }
    bytes_[length_++] = c;
    bytes_[length_] = '\0';
  }
  void put(const char* text, u64 length) {
    for (u64 i = 0; i < length; ++i) put(text[i]);
  }
  void clear() {
    length_ = 0;
    cut_ = false;
    bytes_[0] = '\0';
  }

  const char* c_str() const { return bytes_; }
  u32 length() const { return length_; }
  bool cut() const { return cut_; }

 private:
  char bytes_[kCapacity];
  u32 length_ = 0;
  bool cut_ = false;
};

using Path = Text<1280>;

inline u64 text_length(const char* text) {
  u64 n = 0;
  while (text[n] != '\0') ++n;
  return n;
}
inline bool same_text(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}
inline bool starts_with(const char* text, const char* start) {
  while (*start != '\0') {
    if (*text++ != *start++) return false;
  }
  return true;
}
// Copies into a fixed field, cut to fit, NUL-terminated.
template <u32 kCapacity>
void copy_text(char (&field)[kCapacity], const char* text) {
  u32 i = 0;
  for (; i + 1 < kCapacity && text[i] != '\0'; ++i) field[i] = text[i];
  field[i] = '\0';
}

// Shell-like glob of `*` and `?`; `length` limits the pattern, so that one item of a comma list can be passed.
bool matches_glob(const char* text, const char* pattern, u64 length);

}  // namespace lw
