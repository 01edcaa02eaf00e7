// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/placed_blocks.h"

#include <malloc.h>

#include "interposer/platform/atomic.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

constexpr u32 kClasses = 6;  // 32, 64 … 1024 bytes
constexpr u64 kSmallest = 32;
constexpr u64 kLargest = kSmallest << (kClasses - 1);
constexpr u32 kEach = 8;

u64 g_waiting[kClasses][kEach];  // addresses; 0 = free place

u32 class_of(u64 size) {
  u32 number = 0;
  while (kSmallest << number < size) ++number;
  return number;
}

}  // namespace

u64 placed_size(u64 size) { return size <= kLargest ? kSmallest << class_of(size) : size; }

void* take_placed(u64 size, u64 alignment) {
  if (size > kLargest) return nullptr;
  for (u64& place : g_waiting[class_of(size)]) {
    const u64 block = load_relaxed(place);
    if (block == 0 || (block & (alignment - 1)) != 0) continue;
    if (replace(place, block, u64{0})) return reinterpret_cast<void*>(block);
  }
  return nullptr;
}

bool keep_placed(void* block, u64 size) {
  const u64 placement = load_relaxed(process().placement);
  const u64 address = reinterpret_cast<u64>(block);
  if (placement == 0 || size > kLargest || (address & (placement - 1)) != 0) return false;
  // A sample that came here by realloc has the size it was asked with, not that of its class.
  const u32 number = class_of(size);
  if (malloc_usable_size(block) < kSmallest << number) return false;
  for (u64& place : g_waiting[number]) {
    if (load_relaxed(place) == 0 && replace(place, u64{0}, address)) return true;
  }
  return false;
}

}  // namespace lw
