// flags: -fno-asynchronous-unwind-tables -fno-unwind-tables -fomit-frame-pointer -O2
// SPDX-License-Identifier: Apache-2.0
// No .eh_frame, no frame pointer: after the first frame nobody knows the way. The walk gives up and says so; it does
// not guess its way into rubbish.
#include "expect.h"

#include <string.h>

static volatile int depth_wanted;

__attribute__((noinline)) static void nested(int depth, char* text) {
  char local[72];
  memset(local, depth, sizeof local);
  if (depth == 0)
    free(keep(malloc(3000)));
  else
    nested(depth - 1, keep(local));
  text[0] = local[3];
}
static int compare(const void* a, const void* b) {
  free(keep(malloc(700)));
  return *(const int*)a - *(const int*)b;
}

int main(void) {
  char text[8];
  int numbers[500];
  for (int i = 0; i < 500; i++) numbers[i] = i * 7919 % 500;
  qsort(numbers, 500, sizeof *numbers, compare);
  for (depth_wanted = 0; depth_wanted < 60; depth_wanted++) nested(depth_wanted, text);
  keep(malloc(kWitness + 1));
  printf("%d %d\n", numbers[0], numbers[499]);
  return 0;
}
