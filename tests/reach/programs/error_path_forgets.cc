// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "twins.h"

__attribute__((noinline)) static bool parse(const char* text, bool bad) {
  char* copy = strdup(text);  // LOST
  if (copy[0] != '{') {
    if (!bad) std::free(copy);
    return false;
  }
  std::free(copy);
  return true;
}

int main(int argc, char** argv) {
  int refused = 0;
  for (int i = 0; i < kTimes; ++i) refused += parse("not what was expected", is_bad(argc, argv)) ? 0 : 1;
  std::printf("%d refused\n", refused);
}
