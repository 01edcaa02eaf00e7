// SPDX-License-Identifier: Apache-2.0
// RLIMIT_FSIZE of 0: every write to a file, every ftruncate and fallocate ends in SIGXFSZ, whose default kills. The
// limit is set by the runner before the start, or here afterwards.
#include "expect.h"

#include <sys/resource.h>

int main(void) {
  struct rlimit limit = {0, 0};
  setrlimit(RLIMIT_FSIZE, &limit);
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  keep(malloc(kWitness + 1));
  puts("alive");
  return 0;
}
