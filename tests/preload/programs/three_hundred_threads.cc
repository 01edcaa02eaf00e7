// SPDX-License-Identifier: Apache-2.0
// Threads that allocate as soon as they run, perhaps before pthread_create has returned, threads that allocate only
// when all of them are there, and threads that have ended, and lent their name to the next, before anybody counts them.
// Each of them has a maker.
#include "expect.h"

#include <pthread.h>

#include <thread>
#include <vector>

int main() {
  constexpr int kThreads = 300;
  keep(malloc(16 << 20));  // watching begins at a sample
  pthread_barrier_t all;
  pthread_barrier_init(&all, nullptr, kThreads + 1);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([i, &all] {
      if (i % 2 == 0) free(keep(malloc(100)));
      pthread_barrier_wait(&all);
      free(keep(malloc(100)));
      pthread_barrier_wait(&all);
    });
  }
  pthread_barrier_wait(&all);
  pthread_barrier_wait(&all);
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 100; i++) std::thread([] { free(keep(malloc(100))); }).join();
  puts("joined");
  return 0;
}
