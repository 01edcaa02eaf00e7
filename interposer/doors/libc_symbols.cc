// SPDX-License-Identifier: Apache-2.0
// malloc and its family, as libc exports them.
#include <errno.h>
#include <stddef.h>

#include "interposer/doors/door.h"

using namespace lw;

namespace {

constexpr size_t kPageBytes = 4096;
bool is_power_of_two(size_t n) { return n != 0 && (n & (n - 1)) == 0; }

// What the hot path did not let through. Each is a call apart: inlined, it would make its door save six registers at
// every call, which costs as much as all the rest.

__attribute__((noinline)) void* malloc_slowly(size_t size) {
  return allocate_slowly({AllocKind::kMalloc, size, 0, false}, [size] { return g_next.malloc(size); });
}

__attribute__((noinline)) void* calloc_slowly(size_t count, size_t size) {
  return allocate_slowly({AllocKind::kMalloc, count * size, 0, true}, [=] { return g_next.calloc(count, size); });
}

// `next` is memalign or aligned_alloc.
__attribute__((noinline)) void* aligned_slowly(size_t alignment, size_t size, void* (*next)(size_t, size_t)) {
  return allocate_slowly({AllocKind::kMalloc, size, is_power_of_two(alignment) ? alignment : 0, false},
                         [=] { return next(alignment, size); });
}

__attribute__((noinline)) int posix_memalign_slowly(void** result, size_t alignment, size_t size) {
  int status = 0;
  void* block = allocate_slowly({AllocKind::kMalloc, size, alignment, false}, [&] {
    void* plain = nullptr;
    status = g_next.posix_memalign(&plain, alignment, size);
    return status == 0 ? plain : nullptr;
  });
  if (block != nullptr || status == 0) *result = block;
  return status;
}

// valloc and pvalloc.
__attribute__((noinline)) void* pages_slowly(size_t size, size_t asked, void* (*next)(size_t)) {
  return allocate_slowly({AllocKind::kMalloc, size, kPageBytes, false}, [=] { return next(asked); });
}

__attribute__((noinline)) void look_up_and_free(void* block) {
  if (look_up_free(block, FreeKind::kFree)) g_next.free(block);
}

void* plain_realloc(void* block, u64 size, int) { return g_next.realloc(block, size); }

// realloc(NULL, n) is malloc(n); realloc(p, 0) is the allocator's business, and with glibc a free.
__attribute__((noinline)) void* realloc_slowly(void* block, size_t size, bool chosen) {
  if (block == nullptr) return passes_unsampled(size) ? g_next.malloc(size) : malloc_slowly(size);
  if (in_bootstrap_arena(block)) {
    void* moved = chosen ? malloc_slowly(size) : g_next.malloc(size);
    const size_t readable = bootstrap_block_bytes(block);
    if (moved != nullptr) __builtin_memcpy(moved, block, size < readable ? size : readable);
    return moved;
  }
  if (size == 0) {
    free_slowly(block, FreeKind::kRealloc);
    void* empty = g_next.realloc(block, 0);
    if (empty != nullptr && !passes_unsampled(0)) count_empty_block(empty);
    return empty;
  }
  return reallocate_slowly(block, size, chosen, AllocKind::kMalloc, plain_realloc, 0);
}

}  // namespace

LW_DOOR void* malloc(size_t size) {
  if (passes_unsampled(size)) return g_next.malloc(size);
  return malloc_slowly(size);
}

LW_DOOR void free(void* block) {
  if (frees_unsampled(block) || frees_lookalike(block)) return g_next.free(block);
  look_up_and_free(block);
}

LW_DOOR size_t malloc_usable_size(void* block) {
  if (!maybe_sampled(block) || only_looks_sampled(*t_slot, block)) return g_next.malloc_usable_size(block);
  return shown_usable_size(block);
}

LW_DOOR void* calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total) || passes_unsampled(total)) return g_next.calloc(count, size);
  return calloc_slowly(count, size);
}

LW_DOOR void* realloc(void* block, size_t size) {
  if (block == nullptr || size == 0) return realloc_slowly(block, size, false);
  const bool chosen = !passes_unsampled(size);
  if (chosen || maybe_sampled(block)) return realloc_slowly(block, size, chosen);
  count_one(t_slot->frees);
  return g_next.realloc(block, size);
}

// Not the next reallocarray: libc's would come back to us through realloc.
LW_DOOR void* reallocarray(void* block, size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return nullptr;
  }
  return realloc(block, total);
}

LW_DOOR void* memalign(size_t alignment, size_t size) {
  if (passes_unsampled(size)) return g_next.memalign(alignment, size);
  return aligned_slowly(alignment, size, g_next.memalign);
}

LW_DOOR void* aligned_alloc(size_t alignment, size_t size) {
  if (!is_power_of_two(alignment) || passes_unsampled(size)) return g_next.aligned_alloc(alignment, size);
  return aligned_slowly(alignment, size, g_next.aligned_alloc);
}

LW_DOOR int posix_memalign(void** result, size_t alignment, size_t size) {
  const bool valid = is_power_of_two(alignment) && alignment % sizeof(void*) == 0;
  if (!valid || passes_unsampled(size)) return g_next.posix_memalign(result, alignment, size);
  return posix_memalign_slowly(result, alignment, size);
}

LW_DOOR void* valloc(size_t size) {
  if (passes_unsampled(size)) return g_next.valloc(size);
  return pages_slowly(size, size, g_next.valloc);
}

LW_DOOR void* pvalloc(size_t size) {
  size_t whole;
  if (__builtin_add_overflow(size, kPageBytes - 1, &whole)) return g_next.pvalloc(size);
  whole &= ~(kPageBytes - 1);
  return passes_unsampled(whole) ? g_next.pvalloc(size) : pages_slowly(whole, size, g_next.pvalloc);
}

LW_DOOR void cfree(void* block) { free(block); }

// C23. A sample was placed with a larger alignment, so an allocator that trusts the size given here would look for the
// block in the wrong place: whatever could be a sample goes back without its size.
LW_DOOR void free_sized(void* block, size_t size) {
  if (g_next.free_sized == nullptr || maybe_sampled(block)) return free(block);
  count_one(t_slot->frees);
  g_next.free_sized(block, size);
}

LW_DOOR void free_aligned_sized(void* block, size_t alignment, size_t size) {
  if (g_next.free_aligned_sized == nullptr || maybe_sampled(block)) return free(block);
  count_one(t_slot->frees);
  g_next.free_aligned_sized(block, alignment, size);
}
