// SPDX-License-Identifier: Apache-2.0
// main is gone, the process is not: it ends with its last thread, by exit(0), and its snapshot has the witnesses of
// both. A thread of ours would have kept it alive for ever.
#include "expect.h"

#include <pthread.h>

static void* last(void* main_thread) {
  pthread_join(*(pthread_t*)main_thread, NULL);
  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 10)));
  keep(malloc(kWitness + 2));
  puts("last thread");
  return NULL;
}

int main(void) {
  static pthread_t self, thread;
  self = pthread_self();
  keep(malloc(kWitness + 1));
  pthread_create(&thread, NULL, last, &self);
  pthread_exit(NULL);
}
