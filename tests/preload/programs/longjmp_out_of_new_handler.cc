// SPDX-License-Identifier: Apache-2.0
// A new_handler may leave by longjmp. No destructor of leakwatch's runs on that way out: a guard on the stack that
// was to be lifted there stays, and the thread is never sampled again.
#include "expect.h"

#include <csetjmp>
#include <cstdint>
#include <new>

static jmp_buf before;

int main() {
  std::set_new_handler([] { longjmp(before, 1); });
  for (volatile int i = 0; i < 5; i = i + 1) {
    if (setjmp(before) == 0) keep(operator new(keep_size(SIZE_MAX - 70000)));
    keep(malloc(kWitness + 1));
  }
  std::set_new_handler(nullptr);
  puts("back");
  return 0;
}
