// SPDX-License-Identifier: Apache-2.0
// realloc(p, 0) frees on glibc and returns NULL; elsewhere it returns an empty block. Who takes NULL for a failure
// and puts the old record back invents a leak; who always forgets the block loses one.
#include "expect.h"

int main(void) {
  for (int i = 0; i < 100; i++) {
    char* block = keep(malloc(kWitness + 1));
    block[0] = 'x';
    void* after = keep(realloc(block, keep_size(0)));
    if (i == 0) printf("realloc to zero returned %s\n", after == NULL ? "NULL" : "a block");
    free(after);
  }
  keep(malloc(kWitness + 2));
  return 0;
}
