// SPDX-License-Identifier: Apache-2.0
// Blocks that libc makes and the program frees: they pass through libc's own PLT. The stack of such a block starts
// inside libc; the block counts once.
#include "expect.h"

#include <stdlib.h>
#include <string.h>

int main(void) {
  char* text = keep(malloc(kWitness + 1));
  memset(text, 'x', kWitness);
  text[kWitness] = '\0';
  for (int i = 0; i < 20; i++) {
    char* copy = strdup(text);
    char* printed = NULL;
    EXPECT(asprintf(&printed, "%s%d", text, 7) == kWitness + 1);
    char* memory = NULL;
    size_t length = 0;
    FILE* stream = open_memstream(&memory, &length);
    fputs(text, stream);
    fclose(stream);
    EXPECT(length == kWitness);
    free(copy);
    free(printed);
    free(memory);
  }
  keep(strndup(text, kWitness + 1));
  char* leaked = NULL;
  EXPECT(asprintf(&leaked, "%s", text) == kWitness);
  free(realpath("/proc/self/..", NULL));
  free(text);
  return g_broken_promises;
}
