// SPDX-License-Identifier: Apache-2.0
// What an allocator maps is in its blocks already: no mapping of the program's own must be found.
#include "expect.h"

#include <pthread.h>
#include <string.h>

static void* work(void* unused) {
  (void)unused;
  for (size_t bytes = 16; bytes < 64 << 20; bytes = bytes * 3 + 1) {
    char* block = keep(malloc(bytes));
    memset(block, 1, bytes);
    block = keep(realloc(block, bytes * 2));
    free(block);
  }
  return keep(malloc(kWitness + 1));
}

int main(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  work(NULL);
  puts("done");
  return 0;
}
