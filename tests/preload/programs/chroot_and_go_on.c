// SPDX-License-Identifier: Apache-2.0
// After chroot to an empty directory no path of before exists, /proc neither. What can be written is written, what
// cannot is one sentence at most.
#include "expect.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char empty[] = "/tmp/chroot-XXXXXX";
  if (mkdtemp(empty) == NULL) return 1;
  char* outside = strdup(empty);
  if (chroot(empty) != 0) {
    printf("chroot is not permitted here: %s\n", strerror(errno));
    rmdir(outside);
    return kSkipped;
  }
  if (chdir("/") != 0) return 1;
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  keep(malloc(kWitness + 1));
  free(outside);
  puts("inside");
  return 8;
}
