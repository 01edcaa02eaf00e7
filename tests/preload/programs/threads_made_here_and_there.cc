// SPDX-License-Identifier: Apache-2.0
// Threads from two places, which allocate and wait for the end of the process.
#include <pthread.h>
#include "expect.h"

static pthread_barrier_t g_ready;
static pthread_barrier_t g_end;

static void* work(void* argument) {
  for (int i = 0; i < 2000; ++i) free(keep(malloc(10000)));
  pthread_barrier_wait(&g_ready);
  pthread_barrier_wait(&g_end);
  return argument;
}

__attribute__((noinline)) static pthread_t start_worker() {
  pthread_t thread;
  EXPECT(pthread_create(&thread, nullptr, work, &g_end) == 0);
  return thread;
}

__attribute__((noinline)) static pthread_t start_helper() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  pthread_t thread;
  EXPECT(pthread_create(&thread, &attributes, work, &g_end) == 0);
  pthread_attr_destroy(&attributes);
  return thread;
}

int main() {
  pthread_barrier_init(&g_ready, nullptr, 9);
  pthread_barrier_init(&g_end, nullptr, 9);
  for (int i = 0; i < 2000; ++i) free(keep(malloc(10000)));
  for (size_t i = keep_size(5); i > 0; --i) start_worker();
  for (size_t i = keep_size(3); i > 0; --i) start_helper();
  pthread_barrier_wait(&g_ready);
  puts("all there");
}
