// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/placed_blocks.h"

#include "interposer/platform/allocator_statistics.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/usable_size.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

// Classes of 16 bytes. glibc's usable sizes end in 8, those of the others in 0: a class has blocks of one size. Of
// glibc's, which all are in use, those up to a kibibyte; of the others', which have four between one power of two and
// the next, all that do not always begin a page.
constexpr u64 kStep = 16;
constexpr u32 kClasses = 256, kClassesOnGlibc = 66;
constexpr u32 kEach = 8;

u64 g_waiting[kClasses][kEach];  // addresses; 0 = free place
u32 g_may_be_gone;               // what waits may be of an arena that the program has destroyed; for good

// 0 = none.
u32 class_of(u64 usable) {
  const u64 number = (usable + kStep / 2) / kStep;
  const u32 classes = g_neighbour == Neighbour::kGlibc ? kClassesOnGlibc : kClasses;
  return usable >= kStep && number < classes ? static_cast<u32>(number) : 0;
}

bool has_room(u32 number) {
  for (const u64& place : g_waiting[number]) {
    if (load_relaxed(place) == 0) return true;
  }
  return false;
}

// Asked before anything is asked of the block: what cannot wait may not even be asked for its size (tcmalloc's debug
// flavour ends the program over a block that came from memalign).
bool blocks_may_wait() {
  if (load_relaxed(process().placement) == 0) return false;
  return g_neighbour == Neighbour::kGlibc || g_neighbour == Neighbour::kTcmalloc || g_neighbour == Neighbour::kJemalloc;
}

bool keep(void* block, u32 number) {
  if (number == 0 || !has_room(number) || load_relaxed(g_may_be_gone) != 0) return false;
  for (u64& place : g_waiting[number]) {
    if (load_relaxed(place) == 0 && replace(place, u64{0}, reinterpret_cast<u64>(block))) return true;
  }
  return false;
}

// Asked between the look at a waiting block and taking it. jemalloc never counts an arena less, so that what waits then
// is from none of the program's if there are none now. Freeing asks nothing: the question takes jemalloc's lock, 0.7 µs
// in redis, and here it is part of the sample's time.
bool is_there_still() {
  if (g_neighbour != Neighbour::kJemalloc) return true;
  if (load_relaxed(g_may_be_gone) != 0) return false;
  if (!program_makes_arenas()) return true;
  store_relaxed(g_may_be_gone, 1u);
  return false;
}

}  // namespace

void* take_placed(u64 size, u64 alignment) {
  const u32 number = class_of(ordinary_usable_size(size));
  if (number == 0) return nullptr;
  for (u64& place : g_waiting[number]) {
    const u64 block = load_relaxed(place);
    if (block == 0 || !maybe_sampled(reinterpret_cast<const void*>(block))) continue;
    if (alignment != 0 && (block & (alignment - 1)) != 0) continue;
    if (!is_there_still()) return nullptr;
    if (replace(place, block, u64{0})) return reinterpret_cast<void*>(block);
  }
  return nullptr;
}

bool keep_placed(void* block, u64 size) {
  if (!blocks_may_wait()) return false;
  const u64 ordinary = ordinary_usable_size(size);
  // A sample that came here by realloc may have another size than what it was asked with last.
  return true_usable_size(block) >= ordinary && keep(block, class_of(ordinary));
}

bool keep_lookalike(void* block) {
  if (!blocks_may_wait()) return false;
  const u64 usable = true_usable_size(block);
  return ordinary_usable_size(usable) == usable && keep(block, class_of(usable));
}

}  // namespace lw
