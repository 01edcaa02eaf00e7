// SPDX-License-Identifier: Apache-2.0
// A block that goes back through a door nobody can watch (__libc_free) is still in the books when malloc hands out
// its address again. That proves the missed free: replace the record and count it; never hold two, never crash.
#include "expect.h"

extern void __libc_free(void*);

int main(void) {
  for (int i = 0; i < 200; i++) __libc_free(keep(malloc(kWitness + 1)));
  void* last = keep(malloc(kWitness + 1));
  free(last);
  keep(malloc(kWitness + 2));
  puts("done");
  return 0;
}
