// flags: -fno-builtin
// SPDX-License-Identifier: Apache-2.0
// The program brings its own allocator, so the loader binds every malloc to it and none to us. There is nothing to
// watch: one sentence says so, an empty report would be a lie.
#include "expect.h"

#include <malloc.h>
#include <string.h>

static _Alignas(64) char memory[8 << 20];
static size_t used, calls;

static void* take(size_t size, size_t alignment) {
  calls++;
  used = (used + alignment - 1) & ~(alignment - 1);
  char* block = memory + used + 64;  // its size stands in front
  if (size > sizeof memory - used - 128) return NULL;
  memcpy(block - sizeof size, &size, sizeof size);
  used += size + 64;
  return block;
}
void* malloc(size_t size) { return take(size, 64); }
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return take(count * size, 64); }
void* memalign(size_t alignment, size_t size) { return take(size, alignment < 64 ? 64 : alignment); }
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
void* realloc(void* block, size_t size) {
  void* moved = take(size, 64);
  size_t old = 0;
  if (block != NULL) memcpy(&old, (char*)block - sizeof old, sizeof old);
  if (moved != NULL && block != NULL) memcpy(moved, block, old < size ? old : size);
  return moved;
}

int main(void) {
  size_t before = calls;
  for (int i = 0; i < 1000; i++) free(keep(malloc(1000)));
  char* text = keep(strdup("from libc"));
  text = keep(realloc(text, 100));
  printf("%zu calls, %s\n", calls - before, text);
  return 0;
}
