// SPDX-License-Identifier: Apache-2.0
// A program with operators of its own: its counts must be what they are without us, and what its operators take from
// malloc counts once.
#include "expect.h"

#include <new>

static int news, deletes;
void* operator new(size_t size) { return news++, malloc(size); }
void* operator new[](size_t size) { return news += 10000, malloc(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return news += 3, malloc(size); }
void operator delete(void* block) noexcept { deletes++, free(block); }
void operator delete(void* block, size_t) noexcept { deletes += 2, free(block); }
void operator delete[](void* block) noexcept { deletes += 10000, free(block); }

int main() {
  for (int i = 0; i < 100; i++) {
    operator delete(keep(operator new(kWitness + 1)));
    operator delete(keep(operator new(kWitness + 1)), kWitness + 1);
    operator delete[](keep(operator new[](kWitness + 1)));
    operator delete(keep(operator new(kWitness + 1, std::nothrow)), std::nothrow);
  }
  for (int i = 0; i < 3; i++) keep(operator new[](kWitness + 2));
  printf("news %d, deletes %d\n", news, deletes);
  return 0;
}
