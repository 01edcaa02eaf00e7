// SPDX-License-Identifier: Apache-2.0
// A fork by the bare system call runs no fork handler. The child must not write a single record into the mapping
// that it shares with its parent: its witnesses would appear in the parent's snapshot.
#include "expect.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  void* inherited = keep(malloc(kWitness + 1));
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
      free(inherited);
      for (int k = 0; k < 50; k++) keep(malloc(kWitness + 2));
      _exit(i + 1);
    }
    int status = 0;
    waitpid((pid_t)pid, &status, 0);
    sum += WEXITSTATUS(status);
  }
  keep(malloc(kWitness + 3));
  printf("%d\n", sum);
  return 0;
}
