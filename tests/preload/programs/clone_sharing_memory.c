// SPDX-License-Identifier: Apache-2.0
// clone(CLONE_VM): another pid in the same memory. Taken for a fork, it would replace the live file under its
// parent's feet; its allocations are few and may pass uncounted, but must work and harm nobody.
#include "expect.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

static void* from_child;
static int child(void* from_parent) {
  free(from_parent);
  for (int i = 0; i < 100; i++) free(keep(malloc((size_t)i * 50)));
  from_child = malloc(5000);
  return 6;
}

int main(void) {
  static char stack[1 << 20] __attribute__((aligned(64)));
  int sum = 0;
  for (int i = 0; i < 20; i++) {
    int flags = CLONE_VM | SIGCHLD | (i % 2 == 0 ? CLONE_VFORK : 0);
    pid_t pid = clone(child, stack + sizeof stack, flags, keep(malloc(5000)));
    int status = 0;
    waitpid(pid, &status, 0);
    sum += WEXITSTATUS(status);
    free(from_child);
    keep(malloc(kWitness + 1));
  }
  printf("%d\n", sum);
  return 0;
}
