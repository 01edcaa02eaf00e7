// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/text.h"

namespace lw {

// Greedy with one point of return: the last `*` is the only one worth going back to.
bool matches_glob(const char* text, const char* pattern, u64 length) {
  const char* const end = pattern + length;
  const char* star = nullptr;
  const char* resume = nullptr;
  while (*text != '\0') {
    if (pattern != end && *pattern == '*') {
      star = ++pattern;
      resume = text;
    } else if (pattern != end && (*pattern == '?' || *pattern == *text)) {
      ++pattern;
      ++text;
    } else if (star != nullptr) {
      pattern = star;
      text = ++resume;
    } else {
      return false;
    }
  }
  while (pattern != end && *pattern == '*') ++pattern;
  return pattern == end;
}

}  // namespace lw
