// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/jemalloc_substitute.h"

#include "interposer/platform/usable_size.h"

namespace lw {
namespace {

constexpr int kZero = 0x40;

size_t alignment_in(int flags) { return size_t{1} << (flags & 63); }

void* mallocx(size_t size, int flags) {
  if ((flags & 63) > 4) {
    void* block = g_next.memalign(alignment_in(flags), size);
    if (block != nullptr && (flags & kZero) != 0) __builtin_memset(block, 0, size);
    return block;
  }
  return (flags & kZero) != 0 ? g_next.calloc(1, size) : g_next.malloc(size);
}

void* rallocx(void* block, size_t size, int flags) {
  const size_t before = true_usable_size(block);
  if ((flags & 63) <= 4 && (flags & kZero) == 0) return g_next.realloc(block, size);
  void* moved = mallocx(size, flags);
  if (moved == nullptr) return nullptr;
  __builtin_memcpy(moved, block, size < before ? size : before);
  g_next.free(block);
  return moved;
}

size_t xallocx(void* block, size_t, size_t, int) { return true_usable_size(block); }
size_t sallocx(const void* block, int) { return true_usable_size(block); }
void dallocx(void* block, int) { g_next.free(block); }
void sdallocx(void* block, size_t, int) { g_next.free(block); }

}  // namespace

void substitute_jemalloc(NextAllocator& next) {
  if (next.mallocx == nullptr) next.mallocx = mallocx;
  if (next.rallocx == nullptr) next.rallocx = rallocx;
  if (next.xallocx == nullptr) next.xallocx = xallocx;
  if (next.sallocx == nullptr) next.sallocx = sallocx;
  if (next.dallocx == nullptr) next.dallocx = dallocx;
  if (next.sdallocx == nullptr) next.sdallocx = sdallocx;
}

}  // namespace lw
