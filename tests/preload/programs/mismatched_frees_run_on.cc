// flags: -Wno-mismatched-new-delete
// SPDX-License-Identifier: Apache-2.0
// Freed through the wrong function: undefined by the book, harmless on the allocators people use, and everywhere in
// old code. The program runs on as it would; the sites' records show the mismatch.
#include "expect.h"

#include <new>

int main() {
  for (int i = 0; i < 50; i++) {
    operator delete(keep(operator new[](kWitness + 1)));
    operator delete[](keep(operator new(kWitness + 1)));
    operator delete(keep(malloc(kWitness + 1)));
    free(keep(operator new(kWitness + 1)));
  }
  puts("done");
  return 0;
}
