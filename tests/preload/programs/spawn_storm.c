// SPDX-License-Identifier: Apache-2.0
// posix_spawn, popen and system, with the preload inherited: children come and go, wait() sees the program's own
// and no other, and their output passes through unchanged.
#include "expect.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  extern char** environ;
  int sum = 0, status = 0;
  for (int i = 0; i < 10; i++) {
    char script[32];
    snprintf(script, sizeof script, "exit %d", i);
    char* arguments[] = {"sh", "-c", script, NULL};
    pid_t pid = 0;
    EXPECT(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ) == 0);
    EXPECT(waitpid(pid, &status, 0) == pid);
    sum += WEXITSTATUS(status);
    keep(malloc(kWitness + 1));
  }
  char line[100] = "";
  FILE* pipe = popen("echo hello | cat", "r");
  EXPECT(fgets(line, sizeof line, pipe) != NULL && strcmp(line, "hello\n") == 0);
  EXPECT(pclose(pipe) == 0);
  status = system("exit 3");
  errno = 0;
  EXPECT(wait(NULL) == -1 && errno == ECHILD);
  printf("%d %d\n", sum, WEXITSTATUS(status));
  return g_broken_promises;
}
