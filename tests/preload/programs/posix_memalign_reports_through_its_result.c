// SPDX-License-Identifier: Apache-2.0
// posix_memalign returns its error, leaves errno and, on failure, the caller's pointer alone. An interposer that
// implements it through memalign gets all three wrong.
#include "expect.h"

#include <errno.h>
#include <stdint.h>

int main(void) {
  size_t wrong[] = {0, 1, 2, 4, 3, 7, 24, 48, 100, SIZE_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    void* block = &block;
    errno = EXDEV;
    int result = posix_memalign(&block, keep_size(wrong[i]), 100);
    printf("alignment %zd: %d, pointer %s, errno %s\n", (ssize_t)wrong[i], result, block == &block ? "kept" : "changed",
           errno == EXDEV ? "kept" : "changed");
    if (result == 0) free(block);
  }
  for (size_t alignment = sizeof(void*); alignment <= 65536; alignment *= 2) {
    void* block = NULL;
    errno = EXDEV;
    EXPECT(posix_memalign(&block, alignment, kWitness + 1) == 0);
    EXPECT(block != NULL && (uintptr_t)block % alignment == 0);
    EXPECT(errno == EXDEV);
    if (alignment != 64) free(block);
  }
  void* block = &block;
  EXPECT(posix_memalign(&block, 64, keep_size(SIZE_MAX - 8192)) == ENOMEM);
  printf("pointer after ENOMEM %s\n", block == &block ? "kept" : "changed");
  return g_broken_promises;
}
