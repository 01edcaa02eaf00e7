// SPDX-License-Identifier: Apache-2.0
// A coroutine that is suspended on one thread and resumed on another, as schedulers do: what leakwatch remembered
// about "this thread's stack" belongs to nobody now.
#include "expect.h"

#include <ucontext.h>

#include <thread>

static ucontext_t coroutine, resumer;
static char stack[65536];
static int steps;

static void body() {
  for (;;) {
    void* witness = keep(malloc(kWitness + 1));
    for (int i = 0; i < 50; i++) free(keep(malloc(static_cast<size_t>(i) * 100)));
    steps++;
    swapcontext(&coroutine, &resumer);
    free(witness);
  }
}

int main() {
  getcontext(&coroutine);
  coroutine.uc_stack.ss_sp = stack;
  coroutine.uc_stack.ss_size = sizeof stack;
  makecontext(&coroutine, body, 0);
  for (int i = 0; i < 100; i++) {
    std::thread([] { swapcontext(&resumer, &coroutine); }).join();
    if (i % 10 == 0) swapcontext(&resumer, &coroutine);
  }
  printf("%d steps\n", steps);
  return 0;
}
