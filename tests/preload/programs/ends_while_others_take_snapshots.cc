// SPDX-License-Identifier: Apache-2.0
// The end of the process meets a snapshot that another thread is just taking, or that its own thread was taking when
// the signal came, or another thread's end. One of them must leave the last snapshot; the live file goes only behind
// it.
//
//   exit       main returns while detached threads ask for snapshots without pause
//   together   eight threads call _exit at the same moment
//   handler    a signal handler calls _exit in the midst of its thread's snapshot
#include "expect.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace {

constexpr int kStatus = 7;

void ask_for_ever() {
  const auto ask = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "leakwatch_dump"));
  for (;;) {
    free(keep(malloc(100)));
    if (ask != nullptr) ask();
  }
}

void allocate_a_lot() {
  for (int i = 0; i < 1000; i++) keep(malloc(1000));
}

void end_together() {
  pthread_barrier_t all;
  pthread_barrier_init(&all, nullptr, 8);
  for (int i = 0; i < 8; i++) {
    std::thread([&all] {
      allocate_a_lot();
      pthread_barrier_wait(&all);
      _exit(kStatus);
    }).detach();
  }
  pause();
}

void end_in_a_handler() {
  struct sigaction action {};
  action.sa_handler = [](int) { _exit(kStatus); };
  sigaction(SIGALRM, &action, nullptr);
  const itimerval soon{{0, 0}, {0, 20'000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  ask_for_ever();
}

}  // namespace

int main(int, char** argv) {
  puts("ending");
  fflush(stdout);
  allocate_a_lot();
  if (strcmp(argv[1], "together") == 0) end_together();
  if (strcmp(argv[1], "handler") == 0) end_in_a_handler();
  for (int i = 0; i < 3; i++) std::thread(ask_for_ever).detach();
  usleep(20'000);
  return kStatus;
}
