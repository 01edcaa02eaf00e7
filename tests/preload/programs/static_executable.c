// flags: -static
// SPDX-License-Identifier: Apache-2.0
// No loader, so no preload: `leakwatch run` must say so instead of promising a report that never comes.
#include "expect.h"

int main(void) {
  for (int i = 0; i < 100; i++) free(keep(malloc((size_t)i)));
  puts("static");
  return 4;
}
