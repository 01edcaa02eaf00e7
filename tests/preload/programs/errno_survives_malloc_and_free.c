// SPDX-License-Identifier: Apache-2.0
// Programs call free between a failing call and perror, and some call malloc there too. Whatever a sample does
// (clocks, page faults, unwinding, a snapshot), errno afterwards must be what it was.
#include "expect.h"

#include <errno.h>
#include <malloc.h>

int main(void) {
  int changed_by_allocation = 0, changed_by_free = 0;
  free(keep(malloc(100)));  // an allocator that starts now may touch errno
  for (int i = 0; i < 20000; i++) {
    size_t size = (size_t)(i * 37 % 3000);
    errno = 0x1234;
    void* blocks[] = {keep(malloc(size)), keep(calloc(size, 2)), keep(aligned_alloc(64, 128)),
                      keep(realloc(NULL, size + 1))};
    blocks[0] = keep(realloc(blocks[0], size * 2 + 1));
    keep((void*)malloc_usable_size(blocks[1]));
    changed_by_allocation += errno != 0x1234;
    errno = 0x1234;
    for (int k = 0; k < 4; k++) free(blocks[k]);
    changed_by_free += errno != 0x1234;
  }
  printf("changed by an allocation %d, by a free %d\n", changed_by_allocation, changed_by_free);
  return 0;
}
