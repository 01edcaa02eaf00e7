// SPDX-License-Identifier: Apache-2.0
// A program whose function has a name that would be a script: run.py renames it in the object file.
#include <stdlib.h>

void* keep[4000];

__attribute__((noinline)) void* renamed_function(size_t bytes) {
  void* block = malloc(bytes);
  __asm__ volatile("" : "+r"(block));
  return block;
}

int main(void) {
  for (int i = 0; i < 4000; ++i) keep[i] = renamed_function(64);
  return 0;
}
