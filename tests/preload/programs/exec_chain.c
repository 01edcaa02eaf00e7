// SPDX-License-Identifier: Apache-2.0
// One pid, many programs: each exec loads us anew under the same pid, a moment later. Files of the earlier images
// must stay, and stay theirs. Every member of the exec family takes its turn.
#include "expect.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(int count, char** arguments) {
  extern char** environ;
  int step = count > 1 ? atoi(arguments[1]) : 0;
  for (int i = 0; i <= step; i++) keep(malloc(kWitness + 1));
  for (int i = 0; i < 500; i++) free(keep(malloc(kWitness + 2)));
  printf("step %d\n", step);
  fflush(stdout);
  char path[200] = "", next[16];
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) return 1;
  snprintf(next, sizeof next, "%d", step + 1);
  char* again[] = {arguments[0], next, NULL};
  switch (step) {
    case 0:
      execve(path, again, environ);
      break;
    case 1:
      execv(path, again);
      break;
    case 2:
      execl(path, arguments[0], next, (char*)NULL);
      break;
    case 3:
      execlp(path, arguments[0], next, (char*)NULL);
      break;
    case 4:
      execvp(path, again);
      break;
    case 5:
      execle(path, arguments[0], next, (char*)NULL, environ);
      break;
    case 6:
      execvpe(path, again, environ);
      break;
    case 7:
      fexecve(open(path, O_RDONLY | O_CLOEXEC), again, environ);
      break;
    default:
      return 4;
  }
  perror("exec");
  return 1;
}
