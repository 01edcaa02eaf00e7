// SPDX-License-Identifier: Apache-2.0
// Chains of realloc over sampled blocks: grown, shrunk, from malloc, calloc and memalign. Copying the new size
// instead of the old reads past the end; copying the size asked for loses what the program put into the slack.
#include "expect.h"

#include <malloc.h>
#include <string.h>

static unsigned char letter(size_t at, int chain) { return (unsigned char)(at * 31 + (size_t)chain); }

int main(void) {
  for (int chain = 0; chain < 60; chain++) {
    size_t size = 16 + (size_t)chain;
    unsigned char* block = keep(chain % 3 == 0   ? malloc(size)
                                : chain % 3 == 1 ? calloc(1, size)
                                                 : memalign(4096, size));
    for (size_t at = 0; at < size; at++) block[at] = letter(at, chain);
    for (int step = 0; step < 24; step++) {
      size_t wanted = step % 4 == 3 ? size / 3 + 1 : size + size / 2 + 100;
      block = keep(realloc(block, wanted));
      size_t common = wanted < size ? wanted : size, wrong = 0;
      for (size_t at = 0; at < common; at++) wrong += block[at] != letter(at, chain);
      EXPECT(wrong == 0);
      size = wanted;
      for (size_t at = 0; at < size; at++) block[at] = letter(at, chain);
    }
    block = keep(realloc(block, kWitness + 1));
    EXPECT(block[15] == letter(15, chain));
    if (chain % 20 != 0) free(block);
  }
  return g_broken_promises;
}
