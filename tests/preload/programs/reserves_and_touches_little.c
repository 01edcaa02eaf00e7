// SPDX-License-Identifier: Apache-2.0
// A buffer that is far too large for what is put into it, and one that is full.
#include <string.h>
#include "expect.h"

int main(void) {
  char* little = keep(malloc(16 << 20));
  memset(little, 1, 1 << 20);
  char* whole = keep(malloc(8 << 20));
  memset(whole, 1, 8 << 20);
  printf("%d %d\n", little[1000], whole[1000]);
  return 0;
}
