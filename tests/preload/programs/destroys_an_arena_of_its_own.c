// flags: -ljemalloc
// SPDX-License-Identifier: Apache-2.0
// A program that makes an arena, allocates from it, frees every block, and destroys the arena. What leakwatch kept of
// its blocks for samples to come is gone with it, and must not be handed out.
#include "expect.h"

#include <jemalloc/jemalloc.h>
#include <string.h>

enum { kBlocks = 64, kMost = 2048 };

static void allocate_and_free(int value) {
  for (size_t size = 16; size <= kMost; size += 16) {
    unsigned char* blocks[kBlocks];
    for (int i = 0; i < kBlocks; i++) {
      blocks[i] = keep(malloc(size));
      memset(blocks[i], value, size);
    }
    for (int i = 0; i < kBlocks; i++) {
      EXPECT(blocks[i][size - 1] == value);
      free(blocks[i]);
    }
  }
}

static void move_to(unsigned arena) {
  EXPECT(mallctl("thread.arena", NULL, NULL, &arena, sizeof arena) == 0);
  EXPECT(mallctl("thread.tcache.flush", NULL, NULL, NULL, 0) == 0);
}

int main(void) {
  allocate_and_free(1);
  unsigned usual = 0, own = 0;
  size_t length = sizeof usual;
  EXPECT(mallctl("thread.arena", &usual, &length, NULL, 0) == 0);
  for (int round = 2; round < 5; round++) {
    EXPECT(mallctl("arenas.create", &own, &length, NULL, 0) == 0);
    move_to(own);
    allocate_and_free(round);
    move_to(usual);
    char destroy[64];
    snprintf(destroy, sizeof destroy, "arena.%u.destroy", own);
    EXPECT(mallctl(destroy, NULL, NULL, NULL, 0) == 0);
    allocate_and_free(round + 10);
  }
  puts(g_broken_promises ? "broken" : "as it was");
  return g_broken_promises;
}
