// SPDX-License-Identifier: Apache-2.0
// Steps over the chunks of a glibc heap, to tell what is free in it: what the program has given back may still hold
// the pointers it once held, and those keep nothing alive.
//
//   chunk   at c: word c + 8 is its size with three flags; the user's bytes are [c + 16, c + size + 8); the next chunk
//           begins at c + size, and the lowest flag of *its* size says whether c is in use. Sizes are multiples of 16.
//   heap    the one that brk moves, from the start of [heap]; or an aligned piece of 64 MiB that begins with a
//           heap_info (arena, previous heap, bytes in use …), in the first of an arena followed by the arena itself.
//           The last chunk reaches exactly to the end.
//
// This is glibc's private layout, the same from 2.27 to 2.42. So nothing is believed: a heap is one only if all its
// chunks follow each other as they should, and where a size makes no sense (another layout, or the program runs on
// and has just changed it) the rest counts as in use. Chunks in a thread's cache or a fastbin look as if in use: for
// those the caller must know better, or take them so.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct HeapExtent {
  u64 first;  // header of the first chunk
  u64 end;
};

inline constexpr u64 kThreadHeapBytes = 64 << 20;
inline constexpr u64 kLeastChunk = 32;
inline constexpr u64 kChunkInUseBelow = 1;  // flag: the chunk before this one is in use

// `memory.word(address, &value)`: false if it cannot be read.
template <class Memory>
class ChunkWalk {
 public:
  ChunkWalk(Memory& memory, HeapExtent heap) : memory_(memory), heap_(heap), next_(heap.first) {
    known_ = memory_.word(next_ + 8, size_word_);
  }

  // Goes on to the next chunk. False behind the last one, or where the heap does not look like one: see whole().
  bool step() {
    if (!known_ || next_ >= heap_.end) return false;
    const u64 size = size_word_ & ~u64{7};
    if (is_fence(size)) return finish();
    if (size < kLeastChunk || size % 16 != 0 || size > heap_.end - next_) return false;
    start_ = next_;
    next_ += size;
    if (next_ == heap_.end) {  // the top chunk: not handed out yet
      free_ = true;
      user_end_ = next_;
      return true;
    }
    known_ = memory_.word(next_ + 8, size_word_);
    free_ = known_ && (size_word_ & kChunkInUseBelow) == 0;
    user_end_ = next_ + 8;
    return true;
  }

  // All chunks have been stepped over, up to the very end.
  bool whole() const { return next_ == heap_.end; }
  // Behind the last chunk: its header. Of a heap that is its arena's newest, that is the top chunk.
  u64 last() const { return start_; }

  bool free() const { return free_; }
  u64 user_start() const { return start_ + 16; }
  u64 user_end() const { return user_end_; }

 private:
  // A heap that is not its arena's newest ends with two headers that belong to no chunk.
  bool is_fence(u64 size) const { return heap_.end - next_ <= 32 && size <= 16; }
  bool finish() {
    next_ = heap_.end;
    return false;
  }

  Memory& memory_;
  HeapExtent heap_;
  u64 next_;
  u64 size_word_ = 0;
  bool known_;
  u64 start_ = 0, user_end_ = 0;
  bool free_ = false;
};

// The heap that begins at `start`, the start of a mapping that ends at `end`: a thread's, by what its heap_info says,
// or else brk's if `is_brk`. Empty (first == end) if it is neither. What it says is to be proved by a walk.
template <class Memory>
HeapExtent heap_at(Memory& memory, u64 start, u64 end, bool is_brk) {
  if (is_brk) return {start, end};
  u64 arena = 0, bytes = 0;
  if (start % kThreadHeapBytes != 0 || !memory.word(start, arena) || !memory.word(start + 16, bytes)) return {end, end};
  if (bytes < 4096 || bytes > end - start || bytes % 4096 != 0) return {end, end};
  // heap_info has 32 bytes before glibc 2.35 and 48 since; malloc_state has 2200.
  constexpr u64 kInfoBytes[] = {48, 32};
  for (const u64 info : kInfoBytes) {
    const u64 first = arena == start + info ? (start + info + 2200 + 15) & ~u64{15} : start + info;
    u64 size = 0;
    if (memory.word(first + 8, size) && (size & ~u64{7}) >= kLeastChunk && (size & ~u64{7}) <= bytes) {
      return {first, start + bytes};
    }
  }
  return {end, end};
}

// glibc's main arena, which lies among libc's data, lists free chunks; a pointer to one is a pointer to the end of the
// block before it, and so would hold that. `top` is the last chunk of brk's heap, which the arena names right before
// its bins; most of those are empty, that is, point to themselves. The arena's address if it lies in [start, end), else
// 0.
inline constexpr u64 kArenaBytes = 2200;

template <class Memory>
u64 main_arena_in(Memory& memory, u64 start, u64 end, u64 top) {
  constexpr u64 kTop = 96, kBins = 112, kBinCount = 127, kLeastEmpty = 32;
  u64 value = 0;
  for (u64 arena = (start + 7) & ~u64{7}; arena + kArenaBytes <= end; arena += 8) {
    if (!memory.word(arena + kTop, value) || value != top) continue;
    u64 empty = 0;
    for (u64 bin = arena + kBins; bin < arena + kBins + kBinCount * 16; bin += 16) {
      u64 next = 0, previous = 0;
      if (memory.word(bin, next) && memory.word(bin + 8, previous)) empty += next == bin - 16 && previous == next;
    }
    if (empty >= kLeastEmpty) return arena;
  }
  return 0;
}

}  // namespace lw
