// SPDX-License-Identifier: Apache-2.0
// A server that starts as root and goes on as nobody: the live file stays mapped, snapshots go where nobody may
// write, or nowhere.
#include "expect.h"

#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

int main(void) {
  free(keep(malloc(5000)));
  if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0) {
    puts("only root can drop privileges");
    return kSkipped;
  }
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  keep(malloc(kWitness + 1));
  printf("uid %u\n", getuid());
  return 0;
}
