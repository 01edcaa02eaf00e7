// SPDX-License-Identifier: Apache-2.0
// Sampled blocks may be moved to a page boundary; that must never lower an alignment that was larger than a page,
// and an ordinary block must keep the alignment of max_align_t.
#include "expect.h"

#include <malloc.h>
#include <stdint.h>

int main(void) {
  for (size_t alignment = 8; alignment <= (size_t)2 << 20; alignment *= 2) {
    for (size_t size = 1; size < 40000; size = size * 3 + 1) {
      void* by_memalign = keep(memalign(alignment, size));
      void* by_aligned_alloc = keep(aligned_alloc(alignment, size));
      EXPECT(by_memalign != NULL && (uintptr_t)by_memalign % alignment == 0);
      // C17 lets a size that is no multiple of the alignment fail; the unwatched run says what happens here.
      if (by_aligned_alloc == NULL) printf("aligned_alloc(%zu, %zu) refused\n", alignment, size);
      EXPECT((uintptr_t)by_aligned_alloc % alignment == 0);
      free(by_memalign);
      free(by_aligned_alloc);
    }
  }
  for (size_t size = 16; size < 5000; size += 7) {
    void* block = keep(malloc(size));
    void* zeroed = keep(calloc(1, size));
    EXPECT((uintptr_t)block % 16 == 0);
    EXPECT((uintptr_t)zeroed % 16 == 0);
    free(block);
    free(zeroed);
  }
  free(keep(memalign(256, kWitness + 1)));
  keep(memalign(8192, kWitness + 2));
  keep(aligned_alloc(64, 83008));
  return g_broken_promises;
}
