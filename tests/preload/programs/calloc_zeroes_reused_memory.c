// SPDX-License-Identifier: Apache-2.0
// A sampled calloc that is served by memalign, so that the block lies on a page, must still be zero, and so must
// the slack that calloc's own short cuts (fresh pages are zero already) do not clear.
#include "expect.h"

#include <string.h>

int main(void) {
  for (int round = 0; round < 400; round++) {
    size_t size = (size_t)1 << (round % 18);
    size += (size_t)round * 3;
    void* dirty[8];
    for (int i = 0; i < 8; i++) {
      dirty[i] = keep(malloc(size));
      memset(dirty[i], 0xdb, size);
    }
    for (int i = 0; i < 8; i++) free(dirty[i]);
    for (int i = 0; i < 8; i++) {
      dirty[i] = keep(calloc(size, 1));
      unsigned char* bytes = dirty[i];
      size_t set = 0;
      for (size_t at = 0; at < size; at++) set += bytes[at] != 0;
      EXPECT(set == 0);
    }
    for (int i = 0; i < 8; i++) free(dirty[i]);
  }
  return g_broken_promises;
}
