// SPDX-License-Identifier: Apache-2.0
// The snapshot signal arrives on a coroutine's stack of 16 KiB. The kernel puts 1 to 3 KiB of registers there; what
// is left must be enough for a whole snapshot.
#include "expect.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { kStackBytes = 16384 };
static ucontext_t coroutine, scheduler;
static void body(void) {
  for (int i = 0; i < 500; i++) keep(malloc(1000 + (size_t)i));
  raise(SIGUSR2);
  keep(malloc(kWitness + 1));
}

int main(void) {
  char* region = mmap(NULL, kStackBytes + 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* stack = region + 65536;
  mprotect(stack, kStackBytes, PROT_READ | PROT_WRITE);
  getcontext(&coroutine);
  coroutine.uc_stack.ss_sp = stack;
  coroutine.uc_stack.ss_size = kStackBytes;
  coroutine.uc_link = &scheduler;
  makecontext(&coroutine, body, 0);
  swapcontext(&scheduler, &coroutine);
  puts("back");
  return 0;
}
