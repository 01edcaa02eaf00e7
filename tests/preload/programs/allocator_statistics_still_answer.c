// SPDX-License-Identifier: Apache-2.0
// mallinfo2, malloc_trim, mallopt and malloc_info belong to the next allocator; leakwatch has no words there.
#include "expect.h"

#include <malloc.h>
#include <string.h>

int main(void) {
  struct mallinfo2 before = mallinfo2();
  void* blocks[64];
  for (int i = 0; i < 64; i++) blocks[i] = memset(keep(malloc(100000)), 1, 100000);
  struct mallinfo2 during = mallinfo2();
  EXPECT(during.uordblks + during.hblkhd >= before.uordblks + before.hblkhd + 6400000);
  for (int i = 0; i < 64; i++) free(blocks[i]);
  struct mallinfo2 after = mallinfo2();
  EXPECT(after.uordblks + after.hblkhd < during.uordblks + during.hblkhd - 6000000);
  EXPECT(mallopt(M_MMAP_THRESHOLD, 65536) == 1);
  printf("malloc_trim returned %d\n", malloc_trim(0));
  char* text = NULL;
  size_t length = 0;
  FILE* stream = open_memstream(&text, &length);
  EXPECT(malloc_info(0, stream) == 0);
  fclose(stream);
  EXPECT(strstr(text, "<malloc version=") != NULL);
  free(text);
  return g_broken_promises;
}
