// SPDX-License-Identifier: Apache-2.0
// The operators come from a shared library that stands behind leakwatch and before libstdc++. Who looks only at the
// program, or serves `new` from malloc because the library is no allocator, goes past it.
#include "expect.h"

#include <dlfcn.h>

#include <new>

int main() {
  for (int i = 0; i < 100; i++) {
    operator delete(keep(operator new(kWitness + 1)));
    operator delete[](keep(operator new[](kWitness + 1)));
  }
  keep(operator new(kWitness + 2));
  int* calls = static_cast<int*>(dlsym(RTLD_DEFAULT, "own_operator_calls"));
  printf("calls %d\n", calls == nullptr ? -1 : *calls);
  return 0;
}
