// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/sampled_alloc.h"

#include "interposer/cold/placed_blocks.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/keep_errno.h"
#include "interposer/platform/usable_size.h"
#include "interposer/state/drops.h"
#include "interposer/state/process.h"
#include "interposer/state/sigbus_mask.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

// Blocks that glibc maps start 16 bytes into a page, which is recognisable as it comes; and a calloc of fresh pages
// must not be turned into a memset that touches them all. But only at first: when the program frees such a block, glibc
// takes the next ones up to its size (32 MiB at most) from the heap. See make_recognisable().
constexpr u64 kLarge = kGlibcMaps;

// Moving a block by copying costs what realloc itself would have cost; beyond this size it may have been done by
// mremap for nothing, and twice the memory may not be there.
constexpr u64 kMostToMove = 64 << 20;

int jemalloc_flags(u64 alignment, bool zeroed) { return __builtin_ctzll(alignment) | (zeroed ? 0x40 : 0); }

void* place(u64 placement, const AllocRequest& request) {
  const u64 alignment = request.alignment > placement ? request.alignment : placement;
  void* block = take_placed(request.size, request.alignment);
  if (block == nullptr) {
    KeepErrno keep;
    if (request.zeroed && g_neighbour == Neighbour::kJemalloc && request.size != 0) {
      return off_the_clock(kPlacingNs, [&] { return g_next.mallocx(request.size, jemalloc_flags(alignment, true)); });
    }
    block = off_the_clock(kPlacingNs, [&] { return g_next.memalign(alignment, request.size); });
  }
  if (block != nullptr && request.zeroed) __builtin_memset(block, 0, request.size);
  return block;
}

// A placed block instead of one whose free would not be recognised, or that one if there is none.
void* exchange(void* block, const AllocRequest& request, bool copies) {
  const u64 placement = load_relaxed(process().placement);
  if (placement == 0 || request.size > kMostToMove) return block;
  void* placed = place(placement, request);
  if (placed == nullptr) return block;
  if (copies) __builtin_memcpy(placed, block, request.size);
  KeepErrno keep;
  g_next.free(block);
  return placed;
}

constexpr int kTcacheFlags = 0xFFF00;  // MALLOCX_TCACHE

// For realloc and rallocx: another block, with no more room than the program expects, instead of the placed one of what
// has been a sample. nullptr if there is nothing to be mended, or no memory: then the plain call decides.
void* move_to_ordinary(void* block, const LiveSample& before, u64 size, AllocKind kind, int flags) {
  const u64 known = ordinary_usable_size(before.size);
  if ((before.flags & kSamplePlaced) == 0 || known == 0 || true_usable_size(block) <= known) return nullptr;
  KeepErrno keep;
  const bool extended = kind == AllocKind::kMallocx;
  void* moved = extended ? g_next.mallocx(size, flags) : g_next.malloc(size);
  if (moved == nullptr) return nullptr;
  __builtin_memcpy(moved, block, size < known ? size : known);
  if (extended) {
    g_next.dallocx(block, flags & kTcacheFlags);
  } else if (before.kind == AllocKind::kMallocx || !keep_placed(block, before.size)) {
    g_next.free(block);
  }
  return moved;
}

}  // namespace

void* place_sample(const AllocRequest& request) {
  const u64 placement = load_relaxed(process().placement);
  if (placement == 0) return nullptr;
  if (request.size >= kLarge && request.alignment == 0 && (g_neighbour == Neighbour::kGlibc || request.zeroed)) {
    return nullptr;
  }
  return place(placement, request);
}

void* make_recognisable(void* block, const AllocRequest& request) {
  return maybe_sampled(block) ? block : exchange(block, request, false);
}

void record_if_recognisable(const SampledBlock& block) {
  if (maybe_sampled(reinterpret_cast<const void*>(block.address))) {
    record_sample(block);
    return;
  }
  LetSigbusIn in_case_of_loss;
  count_drop(DropReason::kUnplaced, weight_of(block.size, block.interval).bytes);
}

void count_empty_block(void* block) {
  const u64 interval = admit(0);
  count_allocation(0);
  if (interval != 0)
    record_if_recognisable({reinterpret_cast<u64>(block), 0, interval, AllocKind::kMalloc, 0, 0, false});
}

void* reallocate_slowly(void* block, u64 size, bool chosen, AllocKind kind, void* (*reallocate)(void*, u64, int),
                        int flags) {
  if (size > kMostBytes) {
    give_back(size);
    return reallocate(block, size, flags);
  }
  LiveSample before{};
  const bool was_sample = maybe_sampled(block) && take_for_realloc(block, &before);
  const u64 interval = chosen ? admit(size) : 0;
  // rallocx may be asked for zeros behind what the program knows of the block: it must not stay in one that has more.
  const bool leaves = was_sample && (interval == 0 || kind == AllocKind::kMallocx);
  void* result = leaves ? move_to_ordinary(block, before, size, kind, flags) : nullptr;
  const auto plain = [&] { return reallocate(block, size, flags); };
  if (result == nullptr) result = interval != 0 ? off_the_clock(0, plain) : plain();
  if (result == nullptr) {
    if (was_sample) put_back(before);  // it failed: the old block is as alive as it was
    if (!chosen) retract(size);
    return nullptr;
  }
  count_one(t_slot->frees);
  if (chosen) count_allocation(size);  // otherwise the hot path has counted it
  if (was_sample) book_free_here(before, FreeKind::kRealloc);
  if (interval == 0) return result;
  bool placed = kind == AllocKind::kMallocx || (result == block && (before.flags & kSamplePlaced) != 0);
  if (!maybe_sampled(result)) {
    void* given = result;
    result = exchange(given, {kind, size, 0, false}, true);
    placed = result != given;
  }
  const bool chain = was_sample && (before.flags & kSampleInherited) == 0;
  const u16 reallocs = !chain ? 0 : static_cast<u16>(before.reallocs + (before.reallocs != 0xFFFF ? 1 : 0));
  record_if_recognisable(
      {reinterpret_cast<u64>(result), size, interval, kind, reallocs, chain ? before.first_birth_ns : 0, placed});
  return result;
}

}  // namespace lw
