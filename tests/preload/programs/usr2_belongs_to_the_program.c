// SPDX-License-Identifier: Apache-2.0
// A program with a handler of its own for SIGUSR2, installed through each of the interfaces there are: its handler
// runs, once per signal, and what it is told about the former action is what it would hear without us.
#include "expect.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int handled;
static void on_signal(int number) { handled += number == SIGUSR2; }
static void on_siginfo(int number, siginfo_t* info, void* context) {
  (void)context;
  handled += number == SIGUSR2 && info->si_pid == getpid() ? 100 : 0;
}
static const char* word(void* action) {
  return action == (void*)SIG_DFL     ? "default"
         : action == (void*)SIG_IGN   ? "ignored"
         : action == (void*)on_signal ? "mine"
                                      : "other";
}

int main(void) {
  struct sigaction old, mine = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR2, NULL, &old);
  printf("found %s flags %#x\n", word((void*)old.sa_handler), (unsigned)old.sa_flags & ~0x04000000u);
  sigaction(SIGUSR2, &mine, &old);
  printf("sigaction replaced %s\n", word((void*)old.sa_handler));
  raise(SIGUSR2);
  printf("signal replaced %s\n", word((void*)signal(SIGUSR2, on_signal)));
  raise(SIGUSR2);
  printf("sysv_signal replaced %s\n", word((void*)sysv_signal(SIGUSR2, on_signal)));
  raise(SIGUSR2);
  printf("signal, again, replaced %s\n", word((void*)signal(SIGUSR2, SIG_IGN)));
  raise(SIGUSR2);
  mine.sa_flags = SA_SIGINFO | SA_ONSTACK;
  mine.sa_sigaction = on_siginfo;
  sigaction(SIGUSR2, &mine, &old);
  printf("sigaction replaced %s\n", word((void*)old.sa_handler));
  raise(SIGUSR2);
  for (int i = 0; i < 2000; i++) free(keep(malloc((size_t)i)));
  raise(SIGUSR2);
  printf("handled %d\n", handled);
  return 0;
}
