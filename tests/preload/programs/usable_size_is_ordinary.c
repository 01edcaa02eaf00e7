// SPDX-License-Identifier: Apache-2.0
// redis trims a value whose block has much more room than it asked for. A sampled block, which lies on a page boundary
// and may have a page to itself, must not look so roomy, also after realloc; and all the room it shows is its own.
#include "expect.h"

#include <malloc.h>
#include <string.h>

enum { kBlocks = 600, kLargest = 3000 };

// No allocator here rounds up further: classes are a quarter of their size apart at most, tcmalloc's realloc gives a
// quarter more than before, and glibc may leave a rest too small to be a block of its own.
static int is_ordinary(size_t usable, size_t size) { return usable >= size && usable <= size + size / 2 + 40; }

int main(void) {
  static unsigned char* blocks[kBlocks];
  static size_t usable[kBlocks];
  int moved = 0;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < kBlocks; i++) {
      size_t size = 1 + (size_t)(i * 29 + round * 7) % kLargest;
      blocks[i] = keep(i % 2 == 0 ? malloc(size) : calloc(1, size));
      usable[i] = malloc_usable_size(blocks[i]);
      EXPECT(is_ordinary(usable[i], size));
      memset(blocks[i], i % 251, usable[i]);
    }
    for (int i = 0; i < kBlocks; i += 3) {
      size_t size = usable[i] + 1 + (size_t)i % 100;
      blocks[i] = keep(realloc(blocks[i], size));
      for (size_t at = 0; at < usable[i]; at++) moved += blocks[i][at] != i % 251;
      usable[i] = malloc_usable_size(blocks[i]);
      EXPECT(is_ordinary(usable[i], size));
      memset(blocks[i], i % 251, usable[i]);
    }
    for (int i = 0; i < kBlocks; i++) {
      for (size_t at = 0; at < usable[i]; at++) moved += blocks[i][at] != i % 251;
      free(blocks[i]);
    }
  }
  EXPECT(moved == 0);
  return g_broken_promises;
}
