// SPDX-License-Identifier: Apache-2.0
// This process's own memory, as snapshot/reach_pass.h wants it. Read through the kernel: other threads may unmap what
// we look at, and a fault would be the program's end. One at a time: its buffers are static, for on the stack they
// would be taken for the program's.
#pragma once

#include "interposer/reach/search_cost.h"
#include "snapshot/layout.h"

namespace lw {

class SelfMemory {
 public:
  // `deadline_ns`: CLOCK_MONOTONIC, after which out_of_time().
  explicit SelfMemory(u64 deadline_ns);
  ~SelfMemory();
  SelfMemory(const SelfMemory&) = delete;
  SelfMemory& operator=(const SelfMemory&) = delete;

  // False where the kernel refuses (a sandbox): then nothing can be said.
  bool readable();

  u64 read(u64 from, void* to, u64 bytes);
  u64 present(u64 from, u64 end);
  u64 root(u64 from, u64 end) { return present(from, end); }
  // What follows is memory that other processes may share: which pages of it hold anything is not in our page tables.
  void expect_shared(bool shared) { shared_ = shared; }
  bool word(u64 address, u64& value);
  // In a child: also when its parent had to copy too many pages.
  void watch(CopiedPages* copied) { copied_ = copied; }
  bool out_of_time();
  bool copied_too_much() const { return copied_too_much_; }

 private:
  u64 present_in_file(u64 from, u64 end);

  u64 deadline_ns_;
  CopiedPages* copied_ = nullptr;
  bool copied_too_much_ = false;
  bool shared_ = false;
  long pagemap_;  // negative if there is none: then everything is read
  u64 entries_at_ = 0, entries_end_ = 0;
  u64 window_at_ = 0, window_end_ = 0;
};

}  // namespace lw
