// SPDX-License-Identifier: Apache-2.0
// A stack made by hand, switched to without any unwind rule, whose first frame lies at the very last bytes before an
// unreadable page. A walk that trusts the frame below, or a stack's usual room above, reads into the hole.
#include "expect.h"

#include <sys/mman.h>

static volatile int calls;
__attribute__((used)) static void on_the_new_stack(void) {
  for (int i = 0; i < 60; i++) free(keep(malloc((size_t)i * 100)));
  free(keep(malloc(kWitness + 1)));
  calls++;
}

// rbx is preserved by the callee, so it carries the old stack; rbp holds rubbish meanwhile.
__asm__(
    "switch_stack_and_call:\n"
    "  pushq %rbx\n"
    "  pushq %rbp\n"
    "  movq %rsp, %rbx\n"
    "  movq %rdi, %rsp\n"
    "  movq %rsi, %rbp\n"
    "  call on_the_new_stack\n"
    "  movq %rbx, %rsp\n"
    "  popq %rbp\n"
    "  popq %rbx\n"
    "  ret\n");
void switch_stack_and_call(void* top, void* frame_pointer);

int main(void) {
  enum { kBytes = 65536 };
  char* region = mmap(NULL, kBytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* top = region + kBytes;
  mprotect(top, 4096, PROT_NONE);
  void* rubbish[] = {NULL, (void*)1, top - 8, top, top + 8, (void*)0x7fffffffffff8, main, &top, region};
  for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) switch_stack_and_call(top, rubbish[i]);
  // 16 further down: the return address has a neighbour, which is no return address.
  switch_stack_and_call(top - 16, top - 16);
  keep(malloc(kWitness + 2));
  printf("%d calls\n", calls);
  return 0;
}
