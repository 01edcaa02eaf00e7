// SPDX-License-Identifier: Apache-2.0
// RLIMIT_AS from now on: the program takes all there is, is told ENOMEM, gives it back and goes on. Nothing that
// leakwatch maps in its slow path may be needed, nor die for the lack of it.
#include "expect.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void) {
  static void* blocks[4000];
  long pages = 0;
  FILE* statm = fopen("/proc/self/statm", "r");
  EXPECT(fscanf(statm, "%ld", &pages) == 1);
  fclose(statm);
  struct rlimit limit = {(rlim_t)pages * 4096 + (8u << 20), RLIM_INFINITY};
  EXPECT(setrlimit(RLIMIT_AS, &limit) == 0);
  for (int round = 0; round < 3; round++) {
    int count = 0;
    errno = 0;
    while (count < 4000 && (blocks[count] = keep(malloc(20000))) != NULL) count++;
    EXPECT(count < 4000 && count > 20 && errno == ENOMEM);
    while (count > 0) free(blocks[--count]);
    for (int i = 0; i < 1000; i++) free(keep(malloc((size_t)i)));
  }
  limit.rlim_cur = RLIM_INFINITY;
  setrlimit(RLIMIT_AS, &limit);
  keep(malloc(kWitness + 1));
  puts("went on");
  return g_broken_promises;
}
