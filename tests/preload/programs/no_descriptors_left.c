// SPDX-License-Identifier: Apache-2.0
// RLIMIT_NOFILE of 3 from now on, and a second time all numbers taken: no file can be opened for a snapshot, no pipe
// for an unwinder. The program does not notice.
#include "expect.h"

#include <fcntl.h>
#include <sys/resource.h>

int main(int count, char** arguments) {
  (void)arguments;
  struct rlimit limit = {count > 1 ? 20 : 3, 20};
  setrlimit(RLIMIT_NOFILE, &limit);
  int opened = 0;
  while (open("/dev/null", O_RDONLY) >= 0) opened++;
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  keep(malloc(kWitness + 1));
  printf("opened %d\n", opened);
  return 0;
}
