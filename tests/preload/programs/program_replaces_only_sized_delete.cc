// SPDX-License-Identifier: Apache-2.0
// The rarest replacement: one form of delete alone. Its count must be what it is without us.
#include "expect.h"

#include <new>

static int sized, arrays;
void operator delete(void* block, size_t) noexcept {
  sized++;
  free(block);
}
void operator delete[](void* block) noexcept {
  arrays++;
  free(block);
}

int main() {
  for (int i = 0; i < 100; i++) {
    operator delete(keep(operator new(kWitness + 1)), kWitness + 1);
    operator delete(keep(operator new(kWitness + 1)));
    operator delete[](keep(operator new[](kWitness + 1)));
    operator delete[](keep(operator new[](kWitness + 1)), kWitness + 1);
  }
  keep(operator new(kWitness + 2));
  printf("sized %d, arrays %d\n", sized, arrays);
  return 0;
}
