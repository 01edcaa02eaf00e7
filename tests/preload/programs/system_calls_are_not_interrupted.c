// SPDX-License-Identifier: Apache-2.0
// A snapshot by signal while the program waits: read, write and wait go on by themselves (SA_RESTART), so a program
// that has never seen EINTR does not see it now. The child sends the signals, then the data.
#include "expect.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return 1;
  free(keep(malloc(5000)));
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    for (int i = 0; i < 5; i++) {
      usleep(20000);
      kill(parent, SIGUSR2);
    }
    usleep(20000);
    _exit(write(pipe_ends[1], "x", 1) == 1 ? 0 : 1);
  }
  char byte = 0;
  ssize_t got = read(pipe_ends[0], &byte, 1);
  printf("read %zd %s\n", got, got < 0 ? strerror(errno) : "");
  int status = -1;
  pid_t waited = waitpid(child, &status, 0);
  printf("waited %d status %d\n", waited == child, status);
  return 0;
}
