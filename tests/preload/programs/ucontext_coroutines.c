// SPDX-License-Identifier: Apache-2.0
// Coroutines by makecontext on stacks of 16 KiB from malloc and from mmap, the latter with an unreadable page at
// either end: the thread's own stack bounds say nothing about them, and one step too far is a fault.
#include "expect.h"

#include <sys/mman.h>
#include <ucontext.h>

enum { kCoroutines = 16, kStackBytes = 16384 };
static ucontext_t contexts[kCoroutines], scheduler;
static int steps;

__attribute__((noinline)) static void allocate(int depth) {
  if (depth > 0) allocate(depth - 1);
  free(keep(malloc(2000 + (size_t)depth)));
  keep_size((size_t)depth);
}
static void body(int number) {
  for (int i = 0; i < 20; i++) {
    allocate(i);
    void* witness = keep(malloc(kWitness + 1));
    steps++;
    swapcontext(&contexts[number], &scheduler);
    free(witness);
  }
}

int main(void) {
  for (int i = 0; i < kCoroutines; i++) {
    char* stack;
    if (i % 2 == 0) {
      stack = malloc(kStackBytes);
    } else {
      char* region = mmap(NULL, kStackBytes + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      stack = region + 4096;
      EXPECT(mprotect(stack, kStackBytes, PROT_READ | PROT_WRITE) == 0);
    }
    getcontext(&contexts[i]);
    contexts[i].uc_stack.ss_sp = stack;
    contexts[i].uc_stack.ss_size = kStackBytes;
    contexts[i].uc_link = &scheduler;
    makecontext(&contexts[i], (void (*)(void))body, 1, i);
  }
  for (int round = 0; round < 21; round++) {
    for (int i = 0; i < kCoroutines; i++) swapcontext(&scheduler, &contexts[i]);
  }
  printf("%d steps\n", steps);
  return g_broken_promises;
}
