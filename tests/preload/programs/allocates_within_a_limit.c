// SPDX-License-Identifier: Apache-2.0
// Started by the runner under a small RLIMIT_AS, in which there is room for this program but not for a live file of
// 16 MiB beside it. The program's 4 MiB must be there.
#include "expect.h"

#include <string.h>

int main(void) {
  for (int i = 0; i < 400; i++) {
    char* block = keep(malloc(10000));
    if (block == NULL) {
      puts("NOT: out of memory");
      return 1;
    }
    memset(block, 1, 10000);
  }
  puts("enough");
  return 0;
}
