// SPDX-License-Identifier: Apache-2.0
// SIG_IGN is inherited through exec, a handler is not: whoever installs one over an inherited SIG_IGN hands the
// default on to the next program, and the next SIGUSR2 kills it.
#include "expect.h"

#include <signal.h>
#include <unistd.h>

int main(int count, char** arguments) {
  int step = count > 1 ? atoi(arguments[1]) : 0;
  char next[16];
  snprintf(next, sizeof next, "%d", step + 1);
  if (step == 0) signal(SIGUSR2, SIG_IGN);
  raise(SIGUSR2);
  printf("step %d\n", step);
  fflush(stdout);
  if (step < 3) execl("/proc/self/exe", "again", next, (char*)NULL);
  struct sigaction action;
  sigaction(SIGUSR2, NULL, &action);
  printf("%s\n", action.sa_handler == SIG_IGN ? "ignored" : "not ignored");
  return 0;
}
