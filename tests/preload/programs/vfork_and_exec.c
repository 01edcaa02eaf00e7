// SPDX-License-Identifier: Apache-2.0
// vfork borrows the parent's memory and stack until exec. Thousands of programs prepare arguments there, with
// malloc, although the book forbids it. Preparing a fork's own live file there would ruin the parent's.
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int sum = 0;
  for (int i = 0; i < 20; i++) {
    void* block = keep(malloc(5000));
    pid_t pid = vfork();
    if (pid == 0) {
      char* argument = keep(malloc(100));
      snprintf(argument, 100, "exit %d", i);
      char* arguments[] = {"sh", "-c", argument, NULL};
      char* environment[] = {NULL};
      execve(i == 7 ? "/nonexistent" : "/bin/sh", arguments, environment);
      _exit(50);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    sum += WEXITSTATUS(status);
    free(block);
    keep(malloc(kWitness + 1));
  }
  printf("%d\n", sum);
  return 0;
}
