// SPDX-License-Identifier: Apache-2.0
// One request that no allocator can meet, its size in hexadecimal as the first argument: subtracted from a signed
// countdown it wraps, and the thread is mute for the rest of its life, or counts everything. The witnesses tell.
#include "expect.h"

int main(int count, char** arguments) {
  size_t absurd = count > 1 ? strtoull(arguments[1], NULL, 16) : 0;
  free(keep(malloc(100)));
  if (keep(malloc(absurd)) != NULL) return 1;
  for (int i = 0; i < 20; i++) keep(malloc(kWitness + 1));
  puts("refused");
  return 0;
}
