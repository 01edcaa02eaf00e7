// SPDX-License-Identifier: Apache-2.0
// A realloc that fails leaves the old block alive and untouched. Forgetting it beforehand and not putting the record
// back loses it; so does rounding the absurd size up until it wraps round to a small one.
#include "expect.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

int main(void) {
  size_t absurd[] = {SIZE_MAX, SIZE_MAX - 4095, (size_t)PTRDIFF_MAX + 1, SIZE_MAX / 2 - 64};
  for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
    unsigned char* block = keep(malloc(kWitness + 1));
    memset(block, 0x5a, kWitness + 1);
    errno = 0;
    void* after = keep(realloc(keep(block), keep_size(absurd[i])));
    EXPECT(after == NULL);
    EXPECT(errno == ENOMEM);
    for (size_t at = 0; at < kWitness + 1; at++) EXPECT(block[at] == 0x5a);
    if (i >= 2) free(block);
  }
  return g_broken_promises;
}
