// SPDX-License-Identifier: Apache-2.0
// jemalloc's own interface, for programs that use it. Where the next allocator is not jemalloc nobody calls these:
// a program that does so could not have been linked without it.
#include <stddef.h>

#include "interposer/doors/door.h"

using namespace lw;

namespace {

// jemalloc's flags: the low six bits are the logarithm of the alignment, bit 6 asks for zeros.
size_t alignment_in(int flags) { return (flags & 63) == 0 ? 0 : size_t{1} << (flags & 63); }

// The same flags with an alignment by which a sample is recognised; arena and thread cache stay as asked.
int flags_for_sample(int flags) {
  const u64 placement = load_relaxed(process().placement);
  if (placement <= alignment_in(flags)) return flags;
  return (flags & ~63) | __builtin_ctzll(placement);
}

void* plain_rallocx(void* block, u64 size, int flags) { return g_next.rallocx(block, size, flags); }

__attribute__((noinline)) void* mallocx_slowly(size_t size, int flags) {
  if (size > kMostBytes) {
    give_back(size);
    return g_next.mallocx(size, flags);
  }
  const u64 interval = admit(size);
  const int given = interval != 0 ? flags_for_sample(flags) : flags;
  void* block = g_next.mallocx(size, given);
  if (block == nullptr) return nullptr;
  count_allocation(size);
  if (interval != 0) {
    record_if_recognisable({reinterpret_cast<u64>(block), size, interval, AllocKind::kMallocx, 0, 0, given != flags});
  }
  return block;
}

// A placed block is larger than the caller knows, so its size is not passed on.
__attribute__((noinline)) void dallocx_slowly(void* block, int flags) {
  if (free_slowly(block, FreeKind::kDallocx)) g_next.dallocx(block, flags);
}

}  // namespace

LW_DOOR void* mallocx(size_t size, int flags) {
  if (passes_unsampled(size)) return g_next.mallocx(size, flags);
  return mallocx_slowly(size, flags);
}

LW_DOOR void* rallocx(void* block, size_t size, int flags) {
  const bool chosen = !passes_unsampled(size);
  if (chosen || maybe_sampled(block)) {
    return reallocate_slowly(block, size, chosen, AllocKind::kMallocx, plain_rallocx,
                             chosen ? flags_for_sample(flags) : flags);
  }
  count_one(t_slot->frees);
  return g_next.rallocx(block, size, flags);
}

// Grows or shrinks in place; the block keeps its address, its record and, in our books, the size it was asked with. A
// placed one cannot, and says so as jemalloc does: by its size.
LW_DOOR size_t xallocx(void* block, size_t size, size_t extra, int flags) {
  if (maybe_sampled(block) && is_placed(block)) return shown_usable_size(block);
  return g_next.xallocx(block, size, extra, flags);
}

LW_DOOR size_t sallocx(const void* block, int flags) {
  return maybe_sampled(block) ? shown_usable_size(block) : g_next.sallocx(block, flags);
}

LW_DOOR void dallocx(void* block, int flags) {
  if (frees_unsampled(block)) return g_next.dallocx(block, flags);
  dallocx_slowly(block, flags);
}

LW_DOOR void sdallocx(void* block, size_t size, int flags) {
  if (frees_unsampled(block)) return g_next.sdallocx(block, size, flags);
  dallocx_slowly(block, flags);
}
