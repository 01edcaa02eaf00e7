// SPDX-License-Identifier: Apache-2.0
// redis and others write into all of malloc_usable_size. Headers in front of a sampled block, or a size remembered
// instead of asked for, make that an overrun of the neighbour.
#include "expect.h"

#include <malloc.h>
#include <string.h>

enum { kBlocks = 600 };

int main(void) {
  unsigned char* blocks[kBlocks];
  size_t usable[kBlocks];
  for (int i = 0; i < kBlocks; i++) {
    size_t size = 1 + (size_t)i * 29 % 9000;
    blocks[i] = keep(i % 3 == 0   ? malloc(size)
                     : i % 3 == 1 ? calloc(1, size)
                                  : aligned_alloc(64, (size + 63) & ~(size_t)63));
    usable[i] = malloc_usable_size(blocks[i]);
    EXPECT(usable[i] >= size);
    memset(blocks[i], i & 0xff, usable[i]);
  }
  for (int i = 0; i < kBlocks; i++) {
    size_t foreign = 0;
    for (size_t at = 0; at < usable[i]; at++) foreign += blocks[i][at] != (i & 0xff);
    EXPECT(foreign == 0);
    EXPECT(malloc_usable_size(blocks[i]) == usable[i]);
  }
  for (int i = 0; i < kBlocks; i++) free(blocks[i]);
  EXPECT(malloc_usable_size(NULL) == 0);
  return g_broken_promises;
}
