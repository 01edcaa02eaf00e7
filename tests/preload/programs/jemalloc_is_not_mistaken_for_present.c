// SPDX-License-Identifier: Apache-2.0
// Programs ask for jemalloc by a weak reference to its functions. If exporting mallocx makes them believe in it,
// they must not fall on their faces: the whole set is not there, and what is there works.
#include "expect.h"

extern void* mallocx(size_t, int) __attribute__((weak));
extern void dallocx(void*, int) __attribute__((weak));
extern int mallctl(const char*, void*, size_t*, void*, size_t) __attribute__((weak));
extern size_t nallocx(size_t, int) __attribute__((weak));

int main(void) {
  int whole = mallocx != NULL && dallocx != NULL && mallctl != NULL && nallocx != NULL;
  printf("jemalloc is %s\n", whole ? "here" : "not here");
  for (int i = 0; i < 100; i++) {
    if (mallocx != NULL && dallocx != NULL) {
      char* block = keep(mallocx(5000, 0));
      if (block != NULL) {
        block[4999] = 1;
        dallocx(block, 0);
      }
    }
    free(keep(malloc(kWitness + 1)));
  }
  keep(malloc(kWitness + 2));
  return 0;
}
