// SPDX-License-Identifier: Apache-2.0
// Threads with stacks of 32 KiB that sample, and in which, as the period is a millisecond, snapshots are taken: a
// buffer of 64 KiB on the stack of the slow path jumps right over the guard page.
#include "expect.h"

#include <pthread.h>

static void* body(void* unused) {
  for (int i = 0; i < 3000; i++) free(keep(malloc(i % 4096u)));
  return unused;
}

int main(void) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  EXPECT(pthread_attr_setstacksize(&small, 32768) == 0);
  for (int round = 0; round < 40; round++) {
    pthread_t threads[4];
    for (int t = 0; t < 4; t++) EXPECT(pthread_create(&threads[t], &small, body, NULL) == 0);
    for (int t = 0; t < 4; t++) pthread_join(threads[t], NULL);
  }
  puts("joined");
  return g_broken_promises;
}
