// flags: -shared -fPIC -fno-builtin
// SPDX-License-Identifier: Apache-2.0
// An allocator that may be called from a signal handler at any time: it only ever moves one atomic mark. Preloaded
// behind leakwatch, it makes storms of signals fair: whatever breaks then is leakwatch's.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static char memory[(size_t)1 << 30] __attribute__((aligned(4096)));
static size_t used;

static void* take(size_t alignment, size_t size) {
  if (alignment < 16) alignment = 16;
  size_t want = size + 16 + alignment;
  if (size > sizeof memory || want > sizeof memory - __atomic_load_n(&used, __ATOMIC_RELAXED)) return NULL;
  uintptr_t at = (uintptr_t)memory + __atomic_fetch_add(&used, want, __ATOMIC_RELAXED);
  at = (at + 16 + alignment - 1) & ~(alignment - 1);
  ((size_t*)at)[-1] = size;
  return (void*)at;
}
void* malloc(size_t size) { return take(16, size); }
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return take(16, count * size); }  // never re-used, so always zero
void* memalign(size_t alignment, size_t size) { return take(alignment, size); }
void* aligned_alloc(size_t alignment, size_t size) { return take(alignment, size); }
size_t malloc_usable_size(void* block) { return block == NULL ? 0 : ((size_t*)block)[-1]; }
int posix_memalign(void** block, size_t alignment, size_t size) {
  *block = take(alignment, size);
  return *block == NULL ? 12 : 0;
}
void* realloc(void* block, size_t size) {
  void* moved = take(16, size);
  size_t old = malloc_usable_size(block);
  if (moved != NULL && block != NULL) memcpy(moved, block, old < size ? old : size);
  return moved;
}
