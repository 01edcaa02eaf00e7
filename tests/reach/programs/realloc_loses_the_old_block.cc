// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "twins.h"

__attribute__((noinline)) static void fill(bool bad) {
  char* buffer = static_cast<char*>(std::malloc(100));  // LOST
  buffer[0] = 1;
  volatile size_t too_much = SIZE_MAX / 4;
  char* larger = static_cast<char*>(std::realloc(buffer, too_much));
  if (larger == nullptr && !bad) std::free(buffer);
  std::free(larger);
}

int main(int argc, char** argv) {
  for (int i = 0; i < kTimes; ++i) fill(is_bad(argc, argv));
}
