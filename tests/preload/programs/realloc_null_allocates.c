// SPDX-License-Identifier: Apache-2.0
// realloc(NULL, n) is malloc: nothing to forget, one block to record, and its free must find it.
#include "expect.h"

#include <string.h>

int main(void) {
  for (int i = 0; i < 50; i++) {
    char* block = keep(realloc(NULL, kWitness + 1));
    memset(block, i, kWitness + 1);
    free(block);
  }
  for (int i = 0; i < 4; i++) EXPECT(keep(realloc(NULL, kWitness + 2)) != NULL);
  return g_broken_promises;
}
