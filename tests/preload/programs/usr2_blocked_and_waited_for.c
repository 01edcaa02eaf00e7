// SPDX-License-Identifier: Apache-2.0
// Programs that take SIGUSR2 out of the queue themselves: sigwait, sigwaitinfo, signalfd, sigtimedwait, in a thread
// made for it. A signal stolen for a snapshot would leave them waiting for ever; so would a mask of ours.
#include "expect.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void* wait_in_thread(void* set) {
  int number = 0;
  sigwait(set, &number);
  printf("thread got %s\n", number == SIGUSR2 ? "it" : "another");
  return NULL;
}

int main(void) {
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i)));
  raise(SIGUSR2);
  sigpending(&pending);
  printf("pending %d\n", sigismember(&pending, SIGUSR2));
  int number = 0;
  sigwait(&set, &number);
  printf("sigwait %d\n", number == SIGUSR2);
  raise(SIGUSR2);
  siginfo_t info;
  printf("sigwaitinfo %d\n", sigwaitinfo(&set, &info) == SIGUSR2 && info.si_pid == getpid());
  int fd = signalfd(-1, &set, 0);
  struct signalfd_siginfo read_info = {0};
  raise(SIGUSR2);
  printf("signalfd %d\n", read(fd, &read_info, sizeof read_info) == sizeof read_info && read_info.ssi_signo == SIGUSR2);
  pthread_t thread;
  pthread_create(&thread, NULL, wait_in_thread, &set);
  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i)));
  kill(getpid(), SIGUSR2);
  pthread_join(thread, NULL);
  return 0;
}
