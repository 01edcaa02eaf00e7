// SPDX-License-Identifier: Apache-2.0
// A prefork server: what the parent allocated is not the workers' leak, what a worker allocates is not in the
// parent's file, and each ends with a snapshot of its own. Workers free a part of what they inherited.
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

enum { kWorkers = 3, kInherited = 20 };

int main(void) {
  void* inherited[kInherited];
  for (int i = 0; i < kInherited; i++) inherited[i] = keep(malloc(kWitness + 1));
  usleep(30000);  // the kernel knows to 10 ms when a process began; what is older than that was inherited
  for (int worker = 0; worker < kWorkers; worker++) {
    if (fork() != 0) continue;
    for (int i = 0; i < kInherited / 2; i++) free(inherited[i]);
    for (int i = 0; i < 100; i++) free(keep(malloc(kWitness + 9)));
    for (int i = 0; i <= worker; i++) keep(malloc(kWitness + 2));
    inherited[19] = keep(realloc(inherited[19], kWitness + 3));
    exit(worker);
  }
  int sum = 0;
  for (int worker = 0; worker < kWorkers; worker++) {
    int status = -1;
    wait(&status);
    sum += WEXITSTATUS(status) + (WIFEXITED(status) ? 100 : 0);
  }
  free(inherited[0]);
  printf("%d\n", sum);
  return 0;
}
