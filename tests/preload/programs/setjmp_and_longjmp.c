// SPDX-License-Identifier: Apache-2.0
// Jumps out of deep stacks between allocations, and out of a signal handler: the next walk finds another stack than
// the last one, with bytes of the old one still above it.
#include "expect.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

static jmp_buf back;
static sigjmp_buf back_from_signal;

__attribute__((noinline)) static void descend(int depth) {
  volatile char frame[100];
  memset((char*)frame, depth, sizeof frame);
  free(keep(malloc((size_t)depth * 90 + 100)));
  if (depth > 0)
    descend(depth - 1);
  else if (keep_size(1) != 0)
    longjmp(back, 1);
  keep_size((size_t)frame[5]);
}
static void on_signal(int number) {
  free(keep(malloc(3000)));
  siglongjmp(back_from_signal, number);
}

int main(void) {
  volatile int jumps = 0;
  signal(SIGUSR1, on_signal);
  for (volatile int i = 0; i < 300; i++) {
    if (setjmp(back) == 0) descend(i % 50);
    jumps++;
    if (sigsetjmp(back_from_signal, 1) == 0) raise(SIGUSR1);
    jumps++;
  }
  keep(malloc(kWitness + 1));
  printf("%d\n", jumps);
  return 0;
}
