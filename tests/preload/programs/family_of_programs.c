// SPDX-License-Identifier: Apache-2.0
// A parent that forks, and starts itself under another name. The runner sets LEAKWATCH_FOLLOW and LEAKWATCH_ONLY
// and counts whose snapshots appear.
#include "expect.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(int child_kind, const char* path) {
  pid_t pid = fork();
  if (pid == 0) {
    if (child_kind == 0) {
      keep(malloc(kWitness + 2));
      exit(3);
    }
    execl(path, path, "leaf", (char*)NULL);
    _exit(50);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

int main(int count, char** arguments) {
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  if (count > 1 && strcmp(arguments[1], "leaf") == 0) return 4;
  char self[300] = "";
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) return 1;
  printf("%d\n", run(0, self));                                     // a fork
  printf("%d\n", run(1, self));                                     // the same program again
  printf("%d\n", count > 1 ? run(1, arguments[1]) : run(1, self));  // a copy of it under another name
  return 0;
}
