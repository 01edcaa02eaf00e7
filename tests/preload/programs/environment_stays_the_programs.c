// SPDX-License-Identifier: Apache-2.0
// Names in the environment, arguments, limits, signal mask and working directory as the program would find them.
#include "expect.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char** arguments) {
  extern char** environ;
  for (char** entry = environ; *entry != NULL; entry++) {
    if (strncmp(*entry, "LEAKWATCH_", 10) != 0 && strncmp(*entry, "LD_PRELOAD=", 11) != 0) puts(*entry);
  }
  for (int i = 1; i < count; i++) puts(arguments[i]);
  for (int resource = 0; resource < RLIMIT_NLIMITS; resource++) {
    struct rlimit limit = {0, 0};
    getrlimit(resource, &limit);
    printf("%d: %lld %lld\n", resource, (long long)limit.rlim_cur, (long long)limit.rlim_max);
  }
  sigset_t mask, pending;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&pending);
  for (int number = 1; number < 65; number++)
    printf("%d", 2 * sigismember(&mask, number) + sigismember(&pending, number));
  stack_t stack;
  sigaltstack(NULL, &stack);
  printf("\nstack flags %d size %zu umask %o\n", stack.ss_flags, stack.ss_size, umask(022));
  return 0;
}
