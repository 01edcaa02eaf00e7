// SPDX-License-Identifier: Apache-2.0
// One look at the memory of a process, running or in a core file: what holds which of some blocks.
#pragma once

#include <vector>

#include "analyzer/reach/address_space.h"
#include "analyzer/reach/thread_state.h"
#include "snapshot/reach_pass.h"

namespace lw {

// The blocks that are asked about, in the form the search wants.
class BlockTable {
 public:
  // Of blocks that overlap at most one can be alive; nobody knows which, so all of them are left out. An empty block
  // is taken for one of a byte.
  explicit BlockTable(const std::vector<ScanBlock>& blocks);
  BlockTable(const BlockTable&) = delete;
  BlockTable& operator=(const BlockTable&) = delete;

  const BlockMap& map() const { return map_; }
  u32 count() const { return static_cast<u32>(blocks_.size()); }
  u32 number_of(u32 block) const { return numbers_[block]; }  // its place in what was given

 private:
  std::vector<u32> numbers_;
  std::vector<ScanBlock> blocks_;
  std::vector<u64> filter_;
  BlockMap map_;
};

// What is known of the process's memory at one moment.
struct Scene {
  std::vector<Region> regions;
  std::vector<ThreadState> threads;
  std::vector<u64> words;    // other roots: what the kernel keeps for the program
  Range library;             // libleakwatch.so, its data included
  bool only_blocks = false;  // every block of the heap that is in use is in the table
  bool walk_heaps = true;    // find free chunks, whose content holds nothing
};

struct Holder {
  u64 where = 0;      // address of the word; 0: a register, or the kernel
  u32 by = kNoBlock;  // the block it lies in
};

struct Look {
  std::vector<Mark> marks;      // by number in the table
  std::vector<Holder> holders;  // of those that are not kUnseen
  u32 hidden = 0;               // registers that could not be seen
  u64 bytes = 0;                // read
};

// Where libleakwatch.so lies, by its program headers as they stand in memory; empty if it is not there.
template <class Memory>
Range library_range(Memory& memory, const std::vector<Region>& regions);

template <class Memory>
Look look_at(Memory& memory, const Scene& scene, const BlockTable& table);

// glibc's heaps, brk's and those of threads.
template <class Memory>
std::vector<HeapExtent> heap_extents(Memory& memory, const Scene& scene);

// The parts of the address space that hold pointers of the program's: not leakwatch's own memory, nor what lies below
// the main thread's stack pointer.
std::vector<Range> root_ranges(const Scene& scene);

}  // namespace lw
