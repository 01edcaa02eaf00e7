// SPDX-License-Identifier: Apache-2.0
// Whatever is kept per thread must be given back: 10,000 threads, eight at a time, each allocating a little, and
// each with a first allocation that must not be sampled for being the first.
#include "expect.h"

#include <pthread.h>

static void* body(void* block) {
  free(block);
  free(keep(malloc(100)));
  return keep(malloc(50));
}

int main(void) {
  long freed = 0;
  for (int round = 0; round < 1250; round++) {
    pthread_t threads[8];
    for (int t = 0; t < 8; t++) pthread_create(&threads[t], NULL, body, keep(malloc(kWitness + 1)));
    for (int t = 0; t < 8; t++) {
      void* block = NULL;
      pthread_join(threads[t], &block);
      freed += block != NULL;
      free(block);
    }
  }
  keep(malloc(kWitness + 2));
  printf("%ld\n", freed);
  return 0;
}
