// SPDX-License-Identifier: Apache-2.0
// The two oldest doors, which most interposers forget: valloc gives a page boundary, pvalloc whole pages too.
#include "expect.h"

#include <malloc.h>
#include <stdint.h>
#include <string.h>

int main(void) {
  for (int i = 0; i < 50; i++) {
    char* by_valloc = keep(valloc(kWitness + 1));
    char* by_pvalloc = keep(pvalloc(1 + (size_t)i * 100));
    EXPECT((uintptr_t)by_valloc % 4096 == 0);
    EXPECT((uintptr_t)by_pvalloc % 4096 == 0);
    memset(by_pvalloc, 1, (1 + (size_t)i * 100 + 4095) / 4096 * 4096);
    free(by_valloc);
    free(by_pvalloc);
  }
  keep(valloc(kWitness + 2));
  keep(pvalloc(20 * 4096));
  return g_broken_promises;
}
