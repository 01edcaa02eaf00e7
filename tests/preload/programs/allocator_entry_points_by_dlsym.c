// SPDX-License-Identifier: Apache-2.0
// Programs that look the allocator up themselves: RTLD_DEFAULT must give the same functions as a plain call, and
// RTLD_NEXT from the program too. A block may come through one and go through the other.
#include "expect.h"

#include <dlfcn.h>

typedef void* (*Malloc)(size_t);
typedef void (*Free)(void*);

int main(void) {
  Malloc default_malloc = (Malloc)dlsym(RTLD_DEFAULT, "malloc"), next_malloc = (Malloc)dlsym(RTLD_NEXT, "malloc");
  Free default_free = (Free)dlsym(RTLD_DEFAULT, "free"), next_free = (Free)dlsym(RTLD_NEXT, "free");
  EXPECT(default_malloc == next_malloc);
  EXPECT(default_free == next_free);
  for (int i = 0; i < 50; i++) {
    free(keep(default_malloc(kWitness + 1)));
    default_free(keep(malloc(kWitness + 1)));
    next_free(keep(next_malloc(kWitness + 1)));
  }
  keep(next_malloc(kWitness + 2));
  return g_broken_promises;
}
