// SPDX-License-Identifier: Apache-2.0
// Only operator new(size_t) and its delete are the program's; libstdc++'s array and nothrow forms call them. A door
// that serves new[] from malloc in libstdc++'s place would go past the program's own operator.
#include "expect.h"

#include <new>

static int news, deletes;
void* operator new(size_t size) {
  news++;
  if (void* block = malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  deletes++;
  free(block);
}

int main() {
  for (int i = 0; i < 100; i++) {
    operator delete(keep(operator new(kWitness + 1)));
    operator delete[](keep(operator new[](kWitness + 1)));
    operator delete[](keep(operator new[](kWitness + 1)), kWitness + 1);
    operator delete(keep(operator new(kWitness + 1, std::nothrow)), std::nothrow);
    operator delete[](keep(operator new[](kWitness + 1, std::nothrow)), std::nothrow);
  }
  keep(operator new[](kWitness + 2, std::nothrow));
  printf("news %d, deletes %d\n", news, deletes);
  return 0;
}
