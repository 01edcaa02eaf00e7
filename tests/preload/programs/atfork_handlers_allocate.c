// SPDX-License-Identifier: Apache-2.0
// pthread_atfork functions of the program run around ours, and allocate: in `child` before or after leakwatch knows
// that this is another process.
#include "expect.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static void* from_prepare;
static void prepare(void) {
  free(keep(malloc(kWitness + 1)));
  from_prepare = keep(malloc(kWitness + 1));
}
static void parent(void) { free(from_prepare); }
static void child(void) {
  free(from_prepare);
  keep(malloc(kWitness + 2));
}

int main(void) {
  pthread_atfork(prepare, parent, child);
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    pid_t pid = fork();
    if (pid == 0) exit(i + 1);
    int status = 0;
    waitpid(pid, &status, 0);
    sum += WEXITSTATUS(status);
  }
  printf("%d\n", sum);
  return 0;
}
