// SPDX-License-Identifier: Apache-2.0
// Absurd sizes: a signed countdown overflows, and rounding a size up to a page wraps to a tiny block which the
// program then overruns. Every door must return NULL with ENOMEM, again and again, and work afterwards.
#include "expect.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>

static void refused(const char* door, void* block) {
  if (block != NULL || errno != ENOMEM) {
    printf("NOT: %s returned %s, errno %d\n", door, block == NULL ? "NULL" : "a block", errno);
    g_broken_promises = 1;
  }
  errno = 0;
}

int main(void) {
  size_t absurd[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 4095, SIZE_MAX - 4096, (size_t)PTRDIFF_MAX + 1};
  free(keep(malloc(100)));  // an allocator that starts now may touch errno
  for (int round = 0; round < 20; round++) {
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
      size_t size = keep_size(absurd[i]);
      void* block = (void*)1;
      errno = 0;
      refused("malloc", keep(malloc(size)));
      refused("calloc", keep(calloc(1, size)));
      refused("realloc", keep(realloc(NULL, size)));
      refused("memalign", keep(memalign(64, size)));
      refused("aligned_alloc", keep(aligned_alloc(8192, size)));
      refused("valloc", keep(valloc(size)));
      EXPECT(posix_memalign(&block, 64, size) == ENOMEM);
    }
    free(keep(malloc(kWitness + 1)));
  }
  keep(malloc(kWitness + 2));
  return g_broken_promises;
}
