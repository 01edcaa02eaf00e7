// SPDX-License-Identifier: Apache-2.0
// A program that asks before it acts: shells, runtimes and libraries leave a signal alone that somebody has taken.
// All 64 must look as they would without us, SIGUSR2 too.
#include "expect.h"

#include <signal.h>

int main(void) {
  for (int i = 0; i < 2000; i++) free(keep(malloc((size_t)i)));
  for (int number = 1; number <= 64; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0) continue;
    const char* word = action.sa_handler == SIG_DFL ? "default" : action.sa_handler == SIG_IGN ? "ignored" : "handler";
    printf("%d %s\n", number, word);
  }
  return 0;
}
