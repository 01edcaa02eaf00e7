// SPDX-License-Identifier: Apache-2.0
// A sampler that weighs a block by size/p divides by zero at size 0, and one that subtracts the size from a
// countdown never reaches an endless row of empty blocks. They are blocks all the same: distinct, and to be freed.
#include "expect.h"

enum { kBlocks = 1000 };

int main(void) {
  void* blocks[kBlocks];
  int equal_neighbours = 0, null = 0;
  for (int i = 0; i < kBlocks; i++) {
    blocks[i] = keep(i % 3 == 0 ? malloc(0) : i % 3 == 1 ? calloc(0, 8) : realloc(NULL, 0));
    null += blocks[i] == NULL;
    equal_neighbours += i > 0 && blocks[i] == blocks[i - 1];
  }
  for (int i = 0; i < kBlocks; i++) free(blocks[i]);
  printf("null %d, equal neighbours %d\n", null, equal_neighbours);
  return 0;
}
