// SPDX-License-Identifier: Apache-2.0
// count * size that wraps: an interposer that multiplies before it forwards hands out a block far too small.
#include "expect.h"

#include <errno.h>
#include <stdint.h>

int main(void) {
  size_t pairs[][2] = {
      {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX / 3 + 1, 3}, {(size_t)1 << 32, ((size_t)1 << 32) + 1}, {SIZE_MAX, SIZE_MAX}};
  for (int round = 0; round < 50; round++) {
    for (size_t i = 0; i < 4; i++) {
      errno = 0;
      void* block = keep(calloc(keep_size(pairs[i][0]), keep_size(pairs[i][1])));
      EXPECT(block == NULL);
      EXPECT(errno == ENOMEM);
    }
  }
  keep(calloc(1, kWitness + 1));
  keep(calloc((kWitness + 2) / 2, 2));
  return g_broken_promises;
}
