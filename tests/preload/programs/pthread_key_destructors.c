// SPDX-License-Identifier: Apache-2.0
// Destructors of pthread keys run in rounds, after thread_local ones, after ours if we had any; each round here
// frees, allocates and arms the next, up to the last. Some keys are older than any thread, some are made late.
#include "expect.h"

#include <limits.h>
#include <pthread.h>

static pthread_key_t keys[8];

struct Chain {
  int rounds;
  int key;
  void* block;
};
static void free_and_rearm(void* value) {
  struct Chain* chain = value;
  free(chain->block);
  chain->block = keep(malloc(kWitness + 1));
  free(keep(calloc(1, 3000)));
  if (++chain->rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(keys[chain->key], chain);
    return;
  }
  free(chain->block);
  free(chain);
}
static void* arm(void* unused) {
  for (int i = 0; i < 8; i++) {
    struct Chain* chain = keep(calloc(1, sizeof *chain));
    chain->key = i;
    chain->block = keep(malloc(kWitness + 1));
    pthread_setspecific(keys[i], chain);
  }
  return unused;
}

int main(void) {
  for (int i = 0; i < 8; i++) pthread_key_create(&keys[i], free_and_rearm);
  for (int round = 0; round < 50; round++) {
    pthread_t threads[4];
    for (int t = 0; t < 4; t++) pthread_create(&threads[t], NULL, arm, NULL);
    for (int t = 0; t < 4; t++) pthread_join(threads[t], NULL);
  }
  keep(malloc(kWitness + 2));
  puts("joined");
  return 0;
}
