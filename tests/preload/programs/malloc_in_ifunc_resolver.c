// SPDX-License-Identifier: Apache-2.0
// An IFUNC resolver runs while the loader still relocates the program: earlier than any constructor of any library.
// With the first malloc of the process there, the next allocator must be found in the middle of relocation.
#include "expect.h"

static int answer(void) { return 42; }
static void* kept_by_resolver;

static int (*resolve(void))(void) {
  free(keep(malloc(kWitness + 1)));
  kept_by_resolver = malloc(100);
  return answer;
}
int resolved(void) __attribute__((ifunc("resolve")));

int main(void) {
  EXPECT(kept_by_resolver != NULL);
  free(kept_by_resolver);
  keep(malloc(kWitness + 2));
  printf("%d\n", resolved());
  return g_broken_promises;
}
