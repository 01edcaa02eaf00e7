// flags: -pie
// SPDX-License-Identifier: Apache-2.0
// Talks to leakwatch, if it is there.
#include <errno.h>
#include <pthread.h>
#include "expect.h"

#include "../../../interposer/leakwatch.h"

static void* serve(void* argument) {
  for (int i = 0; i < 1000; ++i) LEAKWATCH_TICK(7);
  return argument;
}

int main() {
  pthread_t threads[3];
  for (pthread_t& thread : threads) EXPECT(pthread_create(&thread, nullptr, serve, nullptr) == 0);
  for (pthread_t& thread : threads) pthread_join(thread, nullptr);
  free(keep(malloc(100)));
  errno = 77;
  const int status = LEAKWATCH_DUMP();
  EXPECT(status == (leakwatch_dump ? 0 : -1));
  EXPECT(errno == 77);
  puts("done");
}
