// SPDX-License-Identifier: Apache-2.0
// 40,000 frames below an allocation: the walk must stop at LEAKWATCH_DEPTH and not go on to the end of the stack for
// every sample; with half of them through function pointers, no two stacks need be alike.
#include "expect.h"

__attribute__((noinline)) static long left(int depth);
__attribute__((noinline)) static long right(int depth);
static long (*volatile ways[2])(int) = {left, right};

static long step(int depth) {
  if (depth % 100 == 0) free(keep(malloc((size_t)(depth % 5000) + 1)));
  if (depth == 0) return 1;
  return ways[(depth * 7 / 3) % 2](depth - 1) + 1;
}
static long left(int depth) { return step(depth) + (long)keep_size(0); }
static long right(int depth) {
  volatile char frame[24] = {(char)depth};
  return step(depth) + frame[1];
}

int main(void) {
  for (int i = 0; i < 5; i++) {
    printf("%ld\n", left(40000));
    keep(malloc(kWitness + 1));
  }
  return 0;
}
