// SPDX-License-Identifier: Apache-2.0
// Every normal way out writes the last snapshot, every sudden one leaves the live file; statuses and signals are the
// program's own. The way is the first argument.
#include "expect.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void* leave_from_thread(void* unused) {
  exit(7);
  return unused;
}

int main(int count, char** arguments) {
  const char* way = count > 1 ? arguments[1] : "";
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 20)));
  puts(way);
  fflush(stdout);
  if (strcmp(way, "return") == 0) return 3;
  if (strcmp(way, "exit") == 0) exit(4);
  if (strcmp(way, "_exit") == 0) _exit(5);
  if (strcmp(way, "_Exit") == 0) _Exit(255);
  if (strcmp(way, "quick_exit") == 0) quick_exit(6);
  if (strcmp(way, "thread") == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, leave_from_thread, NULL);
    pthread_join(thread, NULL);
  }
  if (strcmp(way, "exit_group") == 0) syscall(SYS_exit_group, 8);
  if (strcmp(way, "abort") == 0) abort();
  if (strcmp(way, "segv") == 0) *(volatile int*)8 = 1;
  if (strcmp(way, "trap") == 0) __builtin_trap();
  if (strcmp(way, "term") == 0) raise(SIGTERM);
  if (strcmp(way, "kill") == 0) kill(getpid(), SIGKILL);
  return 99;
}
