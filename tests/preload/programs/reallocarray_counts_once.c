// SPDX-License-Identifier: Apache-2.0
// libc's reallocarray calls realloc through its own PLT: wrap both and every block is recorded twice, wrap neither
// and it is a leak of a block that moved. An overflow must fail and keep the block.
#include "expect.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

int main(void) {
  for (int i = 0; i < 20; i++) {
    char* block = keep(reallocarray(NULL, 100, 10));
    memset(block, 'a', 1000);
    block = keep(reallocarray(block, (kWitness + 3) / 7, 7));
    EXPECT(block[999] == 'a');
    free(block);
  }
  char* block = keep(reallocarray(NULL, (kWitness + 4) / 2, 2));
  errno = 0;
  EXPECT(keep(reallocarray(keep(block), keep_size(SIZE_MAX / 4), 8)) == NULL);
  EXPECT(errno == ENOMEM);
  block[kWitness + 3] = 'z';
  return g_broken_promises;
}
