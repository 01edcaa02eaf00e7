// SPDX-License-Identifier: Apache-2.0
// exec of something that is not there returns, as a shell's walk along PATH shows every day. Whoever closed the
// books before the exec has to open them again: the later witnesses must be found, and errno is exec's.
#include "expect.h"

#include <errno.h>
#include <unistd.h>

int main(void) {
  char* arguments[] = {"nothing", NULL};
  for (int i = 0; i < 5; i++) {
    keep(malloc(kWitness + 1));
    errno = 0;
    EXPECT(execv("/nonexistent/program", arguments) == -1 && errno == ENOENT);
    EXPECT(execvp("no-such-program", arguments) == -1 && errno == ENOENT);
    EXPECT(execv("/etc/passwd", arguments) == -1 && errno == EACCES);
    free(keep(malloc(kWitness + 2)));
  }
  for (int i = 0; i < 2; i++) keep(malloc(kWitness + 3));
  return g_broken_promises;
}
