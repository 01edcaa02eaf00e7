// flags: -ljemalloc
// SPDX-License-Identifier: Apache-2.0
// jemalloc's own doors, in a program that links it: each block counted once, xallocx changes the size in place,
// MALLOCX_ZERO zeroes sampled blocks too, alignments above a page survive, sized frees meet the right size class.
#include "expect.h"

#include <jemalloc/jemalloc.h>
#include <stdint.h>
#include <string.h>

static int is_zero(const unsigned char* block, size_t size) {
  for (size_t at = 0; at < size; at++) {
    if (block[at] != 0) return 0;
  }
  return 1;
}

int main(void) {
  for (int i = 0; i < 50; i++) {
    unsigned char* block = keep(mallocx(kWitness + 1, 0));
    EXPECT(sallocx(block, 0) >= kWitness + 1 && sallocx(block, 0) == nallocx(kWitness + 1, 0));
    memset(block, 0xdb, sallocx(block, 0));
    dallocx(block, 0);
    block = keep(mallocx(kWitness + 1, MALLOCX_ZERO));
    EXPECT(is_zero(block, kWitness + 1));
    sdallocx(block, kWitness + 1, MALLOCX_ZERO);
    block = keep(mallocx(200, MALLOCX_ALIGN(16384) | MALLOCX_TCACHE_NONE));
    EXPECT((uintptr_t)block % 16384 == 0);
    memset(block, 7, 200);
    block = keep(rallocx(block, kWitness + 1, MALLOCX_ALIGN(8192)));
    EXPECT((uintptr_t)block % 8192 == 0 && block[199] == 7);
    sdallocx(block, kWitness + 1, MALLOCX_ALIGN(8192));
    block = keep(mallocx(100, MALLOCX_ZERO));
    EXPECT(is_zero(block, 100));
    memset(block, 0xdb, 100);
    block = keep(rallocx(block, 4000, MALLOCX_ZERO));
    EXPECT(block[99] == 0xdb && is_zero(block + sallocx(block, 0) - 96, 96));
    EXPECT(xallocx(block, 4000, 0, 0) >= 4000);
    sdallocx(block, sallocx(block, 0), 0);
    free(keep(mallocx(kWitness + 1, MALLOCX_ARENA(0))));
    dallocx(keep(malloc(kWitness + 1)), 0);
  }
  keep(mallocx(kWitness + 2, 0));
  keep(rallocx(keep(mallocx(8, 0)), kWitness + 3, 0));
  unsigned narenas = 0;
  size_t length = sizeof narenas;
  EXPECT(mallctl("arenas.narenas", &narenas, &length, NULL, 0) == 0 && narenas > 0);
  return g_broken_promises;
}
