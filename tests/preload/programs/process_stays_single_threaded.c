// SPDX-License-Identifier: Apache-2.0
// A helper thread would turn off libc's single-thread paths, make unshare(CLONE_NEWUSER) fail, and outlive main.
// Nor may there be a child, a timer, or a changed name.
#include "expect.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/single_threaded.h>
#include <sys/time.h>
#include <sys/wait.h>

int main(void) {
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  char line[200], name[16];
  FILE* status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "Threads:", 8) == 0 || strncmp(line, "TracerPid:", 10) == 0) fputs(line, stdout);
  }
  fclose(status);
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  prctl(PR_GET_NAME, name);
  printf("single threaded %d, timer %ld, name %s\n", __libc_single_threaded,
         timer.it_value.tv_sec + timer.it_value.tv_usec, name);
  int child = waitpid(-1, NULL, WNOHANG | __WALL);
  printf("child %d %s\n", child, strerror(errno));
  printf("user namespace: %s\n", unshare(CLONE_NEWUSER) == 0 ? "ok" : strerror(errno));
  return 0;
}
