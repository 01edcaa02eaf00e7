// SPDX-License-Identifier: Apache-2.0
// One look at a process's memory: which of some blocks does anything point to? The one algorithm behind every place
// from which leakwatch looks (from outside, at the exit, in a forked child, in a core file). Freestanding, allocates
// nothing.
//
// The caller names what is a root: ranges of memory, single words. What lies in one of the blocks is no root; it counts
// only once the block itself has been found held (flood). Blocks that nothing points to but other such blocks are told
// apart from those at the head of a lost structure; of a cycle one block is taken for the head.
//
// Memory, as a type, has
//   u64  read(u64 from, void* to, u64 bytes)   how many bytes could be had; 0 if not even the first page
//   u64  present(u64 from, u64 end)            the first address from `from` on that may hold anything but zeros
//   u64  root(u64 from, u64 end)               the same among roots; may pass over what need not be looked at again
//   bool word(u64 address, u64& value)
//   bool out_of_time()
#pragma once

#include "snapshot/glibc_heap.h"
#include "snapshot/layout.h"
#include "snapshot/pointer_scan.h"

namespace lw {

enum class Mark : u8 { kUnseen = 0, kHeld = 1, kByLost = 2 };

// Room for a pass, of the caller's. `marks` begin as zeros; `pending` has one entry per block.
struct ReachTables {
  const BlockMap* blocks;
  Mark* marks;
  u32* pending;
  u64* buffer;
  u64 buffer_bytes;  // a multiple of 4096
};

// Seen(block, address of the word that points to it or 0, block that the word lies in or kNoBlock) is called for the
// first word that was seen to hold a block.
template <class Memory, class Seen>
class ReachPass {
 public:
  ReachPass(const ReachTables& tables, Memory& memory, Seen& seen)
      : tables_(tables), blocks_(*tables.blocks), memory_(memory), seen_(seen) {}

  // Words of [start, end), those in blocks left out.
  void scan_roots(u64 start, u64 end) {
    const auto next = [&](u64 at) { return memory_.root(at, end); };
    read_pieces(start, end, next, [&](u64 from, u64 to) { scan_gaps(from, to); });
  }

  // The same for glibc's own memory. `only_blocks`: every block in use is among ours, so that whatever else is there
  // must be free; else chunks that are not known to be free are roots. The header of the last chunk; 0 if it is no
  // heap, or changed meanwhile: then what could not be understood was taken as roots.
  u64 scan_heap(HeapExtent heap, bool only_blocks) {
    ChunkWalk<Memory> walk(memory_, heap);
    if (only_blocks) {
      while (walk.step()) {
      }
      if (walk.whole()) return walk.last();
      scan_roots(heap.first, heap.end);
      return 0;
    }
    u64 from = heap.first;  // what is not free comes in runs: read them whole
    while (walk.step()) {
      if (!walk.free()) continue;
      scan_roots(from, walk.user_start());
      from = walk.user_end();
    }
    scan_roots(from, heap.end);
    return walk.whole() ? walk.last() : 0;
  }

  void see_root_word(u64 word, u64 where) {
    const u32 block = blocks_.find(word);
    if (block != kNoBlock) see(block, where, kNoBlock, Mark::kHeld);
  }

  // What held blocks point to is held.
  void flood() { follow(Mark::kHeld); }

  // After flood(): of what is still unseen, everything that another lost block leads to becomes kByLost.
  void tell_lost_apart() {
    for (u32 i = 0; i < blocks_.count() && !stopped_; ++i) {
      if (tables_.marks[i] != Mark::kUnseen) continue;
      tables_.marks[i] = Mark::kHeld;  // so that a cycle does not come back to its head
      scan_block(i, Mark::kByLost);
      follow(Mark::kByLost);
      tables_.marks[i] = Mark::kUnseen;
    }
  }

  // Ran out of time: marks are incomplete, nothing may be called lost.
  bool stopped() const { return stopped_; }
  u64 scanned_bytes() const { return scanned_; }

 private:
  void see(u32 block, u64 where, u32 by, Mark mark) {
    if (tables_.marks[block] != Mark::kUnseen) return;
    tables_.marks[block] = mark;
    tables_.pending[waiting_++] = block;
    seen_(block, where, by);
  }

  void follow(Mark mark) {
    while (waiting_ != 0 && !stopped_) scan_block(tables_.pending[--waiting_], mark);
  }

  void scan_block(u32 number, Mark mark) {
    const u64 end = blocks_[number].end;
    const auto next = [&](u64 at) { return memory_.present(at, end); };
    read_pieces(blocks_[number].start, end, next, [&](u64 from, u64 to) { scan_part(from, to, number, mark); });
  }

  template <class Next, class Piece>
  void read_pieces(u64 start, u64 end, Next&& next, Piece&& piece) {
    u64 at = (start + 7) & ~u64{7};
    while (at < end && !stopped_) {
      at = next(at);
      if (at >= end) return;
      const u64 wanted = end - at < tables_.buffer_bytes ? end - at : tables_.buffer_bytes;
      const u64 got = memory_.read(at, tables_.buffer, wanted) & ~u64{7};
      if (got == 0) {  // unmapped since, or a guard page
        at = (at | 4095) + 1;
        continue;
      }
      buffer_at_ = at;
      piece(at, at + got);
      scanned_ += got;
      at += got;
      stopped_ = memory_.out_of_time();
      if (end - at < 8) return;
    }
  }

  // [from, to) is in the buffer.
  void scan_gaps(u64 from, u64 to) {
    u32 next = blocks_.first_after(from);
    if (next != 0 && blocks_[next - 1].end > from) from = blocks_[next - 1].end;
    for (; next < blocks_.count() && blocks_[next].start < to; ++next) {
      scan_part(from, blocks_[next].start, kNoBlock, Mark::kHeld);
      from = blocks_[next].end;
    }
    scan_part(from, to, kNoBlock, Mark::kHeld);
  }

  void scan_part(u64 from, u64 to, u32 by, Mark mark) {
    from = (from + 7) & ~u64{7};
    if (from >= to || to - from < 8) return;
    const u64* words = tables_.buffer + (from - buffer_at_) / 8;
    scan_words(words, (to - from) / 8, blocks_, [&](u64 i, u32 block) { see(block, from + i * 8, by, mark); });
  }

  const ReachTables& tables_;
  const BlockMap& blocks_;
  Memory& memory_;
  Seen& seen_;
  u64 buffer_at_ = 0;
  u64 scanned_ = 0;
  u32 waiting_ = 0;
  bool stopped_ = false;
};

}  // namespace lw
