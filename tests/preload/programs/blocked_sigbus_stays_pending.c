// SPDX-License-Identifier: Apache-2.0
// A thread that has SIGBUS blocked, and to which somebody sends it: it stays pending until the thread asks for it,
// whatever leakwatch does meanwhile on that thread; and it comes with the sender's name.
#include "expect.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t delivered;
static atomic_int sent;

static void on_sigbus(int number) { delivered += number == SIGBUS; }

static int take_one(void) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGBUS);
  siginfo_t what;
  const struct timespec soon = {0, 0};
  if (sigtimedwait(&only, &what, &soon) != SIGBUS) return 0;
  EXPECT(what.si_pid == getpid());
  return 1;
}

static void* work(void* unused) {
  for (int round = 0; round < 200; round++) {
    while (atomic_load(&sent) != 1) free(keep(malloc(100)));
    for (int i = 0; i < 20; i++) free(keep(malloc(100)));
    sigset_t pending;
    sigpending(&pending);
    EXPECT(sigismember(&pending, SIGBUS) == 1);
    EXPECT(take_one());
    while (take_one()) continue;
    atomic_store(&sent, round < 199 ? 0 : -1);
  }
  return unused;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_sigbus};
  sigaction(SIGBUS, &action, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGBUS);
  EXPECT(pthread_sigmask(SIG_BLOCK, &only, NULL) == 0);
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  for (int i = 0; atomic_load(&sent) >= 0; i++) {
    if (atomic_load(&sent) == 0) {
      EXPECT((i % 2 == 0 ? pthread_kill(worker, SIGBUS) : kill(getpid(), SIGBUS)) == 0);
      atomic_store(&sent, 1);
      // One for the whole process may be met by any thread that is just at work for leakwatch: not by this one.
      while (i % 2 != 0 && atomic_load(&sent) == 1) sched_yield();
    }
    free(keep(malloc(100)));
  }
  pthread_join(worker, NULL);
  EXPECT(delivered == 0);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), SIGBUS);
  EXPECT(delivered == 1);
  puts("done");
  return g_broken_promises;
}
