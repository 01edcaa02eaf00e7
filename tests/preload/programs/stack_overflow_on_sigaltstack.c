// SPDX-License-Identifier: Apache-2.0
// Endless recursion that allocates at every step: the overflow may happen inside our slow path. The program's handler
// on its alternate stack gets the SIGSEGV all the same, and says where it is.
#include "expect.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static char alternate[65536];

static void on_segv(int number, siginfo_t* info, void* context) {
  (void)info, (void)context;
  char here = (char)number;
  const char* text =
      &here >= alternate && &here < alternate + sizeof alternate ? "on the alternate stack\n" : "elsewhere\n";
  _exit(write(1, text, strlen(text)) > 0 && number == SIGSEGV ? 11 : 12);
}
__attribute__((noinline)) static int recurse(int depth) {
  volatile char frame[400];
  frame[0] = (char)depth;
  free(keep(malloc(3000)));
  return keep_size(1) == 0 ? 0 : recurse(depth + 1) + frame[0];
}

int main(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  return recurse(0);
}
