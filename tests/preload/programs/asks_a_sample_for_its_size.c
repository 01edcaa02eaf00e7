// SPDX-License-Identifier: Apache-2.0
// A program that asks a block for its size over and over, as redis does of its values. The receipt counts the looks.
#include <malloc.h>
#include "expect.h"

int main(void) {
  void* block = keep(malloc(80000));
  int too_small = 0;
  for (int i = 0; i < 2000000; ++i) too_small += malloc_usable_size(block) < 80000;
  printf("%d times too small\n", too_small);
  free(block);
  return 0;
}
