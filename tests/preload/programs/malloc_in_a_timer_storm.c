// SPDX-License-Identifier: Apache-2.0
// A timer's handler allocates and frees wherever the program happens to be, also in the middle of our slow path and
// of a record half written. Behind leakwatch stands signal_safe_allocator, so the program itself is in the right.
#include "expect.h"

#include <signal.h>
#include <sys/time.h>

static volatile int handled;

static void on_alarm(int number) {
  (void)number;
  char* block = malloc(2500);
  block[2499] = 1;
  free(keep(realloc(block, 3000)));
  handled++;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &often, NULL);
  for (long i = 0; handled < 400; i++) free(keep(malloc((size_t)(i % 2000))));
  setitimer(ITIMER_REAL, &never, NULL);
  // If a handler's sample had left the thread mute, these would be missing.
  for (int i = 0; i < 4; i++) keep(malloc(kWitness + 1));
  puts("survived");
  return 0;
}
