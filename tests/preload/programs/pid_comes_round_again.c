// SPDX-License-Identifier: Apache-2.0
// Three processes of one name have the same pid, one after the other, and each is killed: what the first two left is a
// crash report each, which a later one of the same number must neither write into nor take away.
#include "expect.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kPid = 300 };

static int next_pid_is(int pid) {
  int file = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
  char text[16];
  int length = snprintf(text, sizeof text, "%d", pid - 1);
  int written = file >= 0 && write(file, text, (size_t)length) == length;
  close(file);
  return written;
}

// In a pid namespace of its own, so that nobody else takes the number.
static int as_init(void) {
  for (int i = 0; i < 3; i++) {
    if (!next_pid_is(kPid)) return kSkipped;
    pid_t pid = fork();
    if (pid == 0) {
      EXPECT(getpid() == kPid);
      for (int k = 0; k <= i; k++) keep(malloc(kWitness + 1));
      for (int k = 0; k < 2000; k++) free(keep(malloc((size_t)k)));
      if (g_broken_promises) _exit(1);
      raise(SIGKILL);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
  return g_broken_promises;
}

int main(void) {
  if (unshare(CLONE_NEWPID) != 0) {
    puts("pid namespaces are not permitted here");
    return kSkipped;
  }
  pid_t pid = fork();
  if (pid == 0) _exit(as_init());
  int status = 0;
  waitpid(pid, &status, 0);
  if (WEXITSTATUS(status) == kSkipped) {
    puts("the next pid cannot be chosen here");
    return kSkipped;
  }
  puts("three times");
  return WEXITSTATUS(status);
}
