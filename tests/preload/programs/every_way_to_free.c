// SPDX-License-Identifier: Apache-2.0
// One free that is not watched makes every block given back through it a phantom leak. cfree and C23's sized frees
// are looked up at run time: where libc has none, a program calls free.
#include "expect.h"

#include <dlfcn.h>
#include <stdlib.h>

int main(void) {
  void (*cfree)(void*) = (void (*)(void*))dlsym(RTLD_DEFAULT, "cfree");
  void (*free_sized)(void*, size_t) = (void (*)(void*, size_t))dlsym(RTLD_DEFAULT, "free_sized");
  void (*free_aligned_sized)(void*, size_t, size_t) =
      (void (*)(void*, size_t, size_t))dlsym(RTLD_DEFAULT, "free_aligned_sized");
  for (int i = 0; i < 100; i++) {
    free(NULL);
    free(keep(malloc(kWitness + 1)));
    free(keep(realloc(keep(malloc(100)), kWitness + 1)));
    void* block = keep(malloc(kWitness + 2));
    cfree != NULL ? cfree(block) : free(block);
    if (cfree != NULL) cfree(NULL);
    block = keep(malloc(kWitness + 3));
    free_sized != NULL ? free_sized(block, kWitness + 3) : free(block);
    block = keep(calloc(2, (kWitness + 4) / 2));
    free_sized != NULL ? free_sized(block, kWitness + 4) : free(block);
    if (free_sized != NULL) free_sized(NULL, 8);
    block = keep(aligned_alloc(128, 80128));
    free_aligned_sized != NULL ? free_aligned_sized(block, 128, 80128) : free(block);
    if (free_aligned_sized != NULL) free_aligned_sized(NULL, 64, 128);
  }
  puts("freed");
  return 0;
}
