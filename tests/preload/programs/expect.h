// SPDX-License-Identifier: Apache-2.0
// What the programs of this suite share. A program prints what it saw where the C library leaves room, and
// "NOT: …" where a promise was broken; the runner compares a watched run with an unwatched one, word for word.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // g++ defines it by itself; so this header stands before the system's
#endif
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((unused)) static int g_broken_promises;

#define EXPECT(promise)                                  \
  do {                                                   \
    if (!(promise)) {                                    \
      g_broken_promises = 1;                             \
      printf("NOT: %s (line %d)\n", #promise, __LINE__); \
    }                                                    \
  } while (0)

enum {
  // Blocks of 80,000 to 89,999 bytes are witnesses: the table says how many of each size must be found alive in the
  // last snapshot, no more (a free was missed) and no fewer (a birth was missed, or counted twice).
  kWitness = 80000,  // libstdc++ keeps a block of 72,704 bytes of its own
  // Exit status of a program that cannot show its behaviour here; its output says why.
  kSkipped = 77,
};

// Hides a block from the optimiser, which may otherwise remove an allocation nobody looks at.
static inline void* keep(const void* block) {
  __asm__ volatile("" : "+r"(block) : : "memory");
  return (void*)block;
}
static inline size_t keep_size(size_t size) {
  __asm__ volatile("" : "+r"(size));
  return size;
}
