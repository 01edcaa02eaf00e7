// SPDX-License-Identifier: Apache-2.0
// pthread_attr_setstack: threads on memory of the program's own, given back after the join and used again for
// something else, at once. Remembered bounds would then point at a hole.
#include "expect.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

static void* body(void* unused) {
  for (int i = 0; i < 100; i++) free(keep(malloc((size_t)i * 60)));
  keep(malloc(kWitness + 1));
  return unused;
}

int main(void) {
  enum { kStackBytes = 65536 };
  for (int i = 0; i < 40; i++) {
    char* stack = mmap(NULL, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    EXPECT(pthread_attr_setstack(&attributes, stack, kStackBytes) == 0);
    pthread_t thread;
    EXPECT(pthread_create(&thread, &attributes, body, NULL) == 0);
    pthread_join(thread, NULL);
    if (i % 2 == 0)
      munmap(stack, kStackBytes);
    else
      memset(stack, 0xff, kStackBytes);
  }
  return g_broken_promises;
}
