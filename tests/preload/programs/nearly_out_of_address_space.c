// SPDX-License-Identifier: Apache-2.0
// Uses up nearly all of its address space: a snapshot must be there before the end.
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "expect.h"

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

int main(void) {
  const struct rlimit limit = {256 << 20, 256 << 20};
  setrlimit(RLIMIT_AS, &limit);
  for (int i = 0; i < 100; ++i) free(keep(malloc(1000)));
  // Until there is no more, then on for a while: points of the memory log come with samples, and half a second apart.
  while (keep(malloc(1 << 20)) != NULL) {
  }
  const double end_s = now_s() + 2.5;
  while (now_s() < end_s) {
    free(keep(malloc(1000)));
    usleep(1000);
  }
  puts("no more memory");
  return 0;
}
