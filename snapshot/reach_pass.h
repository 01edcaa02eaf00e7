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

enum class Mark : u8 {
  kUnseen = 0,
  kHeld = 1,
  kByLost = 2,
  kToldApart = 3,  // only within tell_lost_apart()
};

// Room for a pass, of the caller's. `marks` and `leaves` begin as zeros; all but the buffer have one entry per block.
struct ReachTables {
  const BlockMap* blocks;
  Mark* marks;
  u8* leaves;  // 1: was seen on the way to point to no other block, and need not be read again
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
  u64 scan_heap(HeapExtent heap, bool only_blocks) { return only_blocks ? walk_heap(heap) : walk_and_scan_heap(heap); }

  void see_root_word(u64 word, u64 where) {
    const u32 block = blocks_.find(word);
    if (block != kNoBlock) see(block, where, kNoBlock, Mark::kHeld);
  }

  // What held blocks point to is held.
  void flood() { follow(Mark::kHeld); }

  // After flood(): of what is still unseen, everything that another lost block leads to becomes kByLost.
  void tell_lost_apart() {
    for (u32 i = 0; i < blocks_.count(); ++i) follow_head(i, Mark::kByLost);
    if (on_cycle_) leave_true_heads();
  }

  // Ran out of time: marks are incomplete, nothing may be called lost.
  bool stopped() const { return stopped_; }
  u64 scanned_bytes() const { return scanned_; }

 private:
  u64 walk_heap(HeapExtent heap) {
    ChunkWalk<Memory> walk(memory_, heap);
    while (walk.step()) {
    }
    if (walk.whole()) return walk.last();
    scan_roots(heap.first, heap.end);
    return 0;
  }

  // Each byte is read once, by the buffer: a heap has millions of free chunks, and a system call for each of the runs
  // between them took most of the time.
  u64 walk_and_scan_heap(HeapExtent heap) {
    buffered_end_ = buffer_at_;
    ChunkWalk<ReachPass> walk(*this, heap);
    u64 from = heap.first;  // not scanned yet
    while (!stopped_ && walk.step()) {
      if (walk.free()) {
        scan_ahead(from, walk.user_start(), heap.end);
        from = walk.user_end();
      } else if (walk.user_end() > buffered_end_) {
        scan_ahead(from, walk.user_end(), heap.end);
        from = walk.user_end();
      }
    }
    scan_ahead(from, heap.end, heap.end);
    buffered_end_ = buffer_at_;
    return walk.whole() ? walk.last() : 0;
  }

  // The roots of [from, end); what has to be read for them is read as far as the buffer goes, up to `most`.
  void scan_ahead(u64 from, u64 end, u64 most) {
    while (from < end && !stopped_) {
      if (from < buffer_at_ || from >= buffered_end_) {
        from = memory_.root(from, end);
        if (from >= end) return;
        fill(from, most);
        if (buffered_end_ == buffer_at_) {
          from = (from | 4095) + 1;
          continue;
        }
      }
      const u64 stop = end < buffered_end_ ? end : buffered_end_;
      scan_gaps(from, stop);
      from = stop;
    }
  }

  void fill(u64 from, u64 most) {
    buffer_at_ = from & ~u64{7};
    const u64 wanted = most - buffer_at_ < tables_.buffer_bytes ? most - buffer_at_ : tables_.buffer_bytes;
    const u64 got = memory_.read(buffer_at_, tables_.buffer, wanted) & ~u64{7};
    buffered_end_ = buffer_at_ + got;
    scanned_ += got;
    stopped_ = memory_.out_of_time();
  }

  // For ChunkWalk: out of the buffer if it is there.
  friend class ChunkWalk<ReachPass>;
  bool word(u64 address, u64& value) {
    if (address < buffer_at_ || address + sizeof value > buffered_end_ || address % sizeof value != 0) {
      return memory_.read(address, &value, sizeof value) == sizeof value;
    }
    value = tables_.buffer[(address - buffer_at_) / sizeof value];
    return true;
  }

  void see(u32 block, u64 where, u32 by, Mark mark) {
    const Mark before = tables_.marks[block];
    on_cycle_ |= block == head_ && by != head_;
    if (before == Mark::kHeld || before == mark) return;
    tables_.marks[block] = mark;
    tables_.pending[waiting_++] = block;
    if (before == Mark::kUnseen) seen_(block, where, by);
  }

  void follow_head(u32 block, Mark mark) {
    if (stopped_ || tables_.marks[block] != Mark::kUnseen) return;
    tables_.marks[block] = Mark::kHeld;  // so that a cycle does not come back to its head
    head_ = block;
    scan_block(block, mark);
    follow(mark);
    head_ = kNoBlock;
    tables_.marks[block] = Mark::kUnseen;
  }

  // A later head may lead into the cycle of an earlier one, to a block that was marked already, and was not followed
  // any further. No head leads to a later one, or that would be none. So the last head is a true one; of the others
  // those are that the heads behind them do not lead to.
  void leave_true_heads() {
    for (u32 i = blocks_.count(); i-- > 0;) follow_head(i, Mark::kToldApart);
    for (u32 i = 0; i < blocks_.count(); ++i) {
      if (tables_.marks[i] == Mark::kToldApart) tables_.marks[i] = Mark::kByLost;
    }
  }

  void follow(Mark mark) {
    while (waiting_ != 0 && !stopped_) scan_block(tables_.pending[--waiting_], mark);
  }

  void scan_block(u32 number, Mark mark) {
    if (tables_.leaves[number] != 0) return;
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
    u32 next = first_after(from);
    if (next != 0 && blocks_[next - 1].end > from) from = blocks_[next - 1].end;
    for (; next < blocks_.count() && blocks_[next].start < to; ++next) {
      scan_part(from, blocks_[next].start, kNoBlock, Mark::kHeld);
      if (blocks_[next].end <= to) look_for_leaf(next);
      from = blocks_[next].end;
    }
    scan_part(from, to, kNoBlock, Mark::kHeld);
    near_ = next;
  }

  // Of some ten thousand samples all over a heap hardly any points to another. To read each of them once more, with two
  // system calls, took a third of a look's time.
  void look_for_leaf(u32 number) {
    const u64 from = (blocks_[number].start + 7) & ~u64{7}, end = blocks_[number].end;
    bool leaf = true;
    if (from + 8 <= end) {
      scan_words(words_at(from), (end - from) / 8, blocks_, [&](u64, u32 block) { leaf &= block == number; });
    }
    tables_.leaves[number] = leaf;
  }

  // Pieces come in the order of addresses: mostly it is where the last one ended, or the next.
  u32 first_after(u64 address) {
    for (u32 tries = 0; tries < 4 && (near_ == 0 || blocks_[near_ - 1].start <= address); ++tries, ++near_) {
      if (near_ == blocks_.count() || blocks_[near_].start > address) return near_;
    }
    return blocks_.first_after(address);
  }

  void scan_part(u64 from, u64 to, u32 by, Mark mark) {
    from = (from + 7) & ~u64{7};
    if (from >= to || to - from < 8) return;
    scan_words(words_at(from), (to - from) / 8, blocks_, [&](u64 i, u32 block) { see(block, from + i * 8, by, mark); });
  }

  const u64* words_at(u64 address) const { return tables_.buffer + (address - buffer_at_) / 8; }

  const ReachTables& tables_;
  const BlockMap& blocks_;
  Memory& memory_;
  Seen& seen_;
  u64 buffer_at_ = 0;
  u64 buffered_end_ = 0;  // while a heap is walked: the buffer holds [buffer_at_, buffered_end_)
  u64 scanned_ = 0;
  u32 near_ = 0;
  u32 waiting_ = 0;
  u32 head_ = kNoBlock;    // whose lost structure is being followed
  bool on_cycle_ = false;  // a head was seen to lead back to itself over other blocks
  bool stopped_ = false;
};

}  // namespace lw
