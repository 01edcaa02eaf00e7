// SPDX-License-Identifier: Apache-2.0
// The child that searches for pointers (LEAKWATCH_REACH=fork) is none of the program's: no SIGCHLD, no wait of any kind
// sees it, no handler of the program's runs in it.
#include "expect.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t g_children_ended, g_terminations;
static pid_t g_own_pid;

static void on_child(int number) {
  (void)number;
  g_children_ended = 1;
}

static void on_terminate(int number) {
  (void)number;
  if (getpid() == g_own_pid) {
    g_terminations = 1;
  } else {
    _exit(write(STDOUT_FILENO, "NOT: a handler ran in the child\n", 32) == 32 ? 1 : 2);
  }
}

int main(void) {
  g_own_pid = getpid();
  signal(SIGCHLD, on_child);
  signal(SIGTERM, on_terminate);
  setpgid(0, 0);
  for (int i = 0; i < 4000; i++) {
    free(keep(malloc(100)));
    if (i % 40 == 0) usleep(1000);
    if (i % 400 == 0) kill(0, SIGTERM);  // to the whole group
    EXPECT(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  }
  EXPECT(!g_children_ended);
  EXPECT(g_terminations);
  return g_broken_promises;
}
