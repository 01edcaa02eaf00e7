// SPDX-License-Identifier: Apache-2.0
// A handler on an alternate stack that allocates: the walk starts outside the thread's stack and crosses back into
// it. Signals are raised between allocations, so the program itself is in the right.
#include "expect.h"

#include <signal.h>

static char alternate[32768];
static volatile int handled;

static void on_usr1(int number) {
  (void)number;
  for (int i = 0; i < 20; i++) free(keep(malloc((size_t)i * 300)));
  free(keep(malloc(kWitness + 1)));
  handled++;
}
__attribute__((noinline)) static void nested(int depth) {
  if (depth > 0)
    nested(depth - 1);
  else
    raise(SIGUSR1);
  keep_size((size_t)depth);
}

int main(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_usr1, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  for (int i = 0; i < 100; i++) nested(i % 30);
  keep(malloc(kWitness + 2));
  printf("handled %d\n", handled);
  return 0;
}
