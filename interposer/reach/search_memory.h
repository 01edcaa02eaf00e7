// SPDX-License-Identifier: Apache-2.0
// One process's search for pointers to its own samples.
#pragma once

#include "interposer/dump/maps_file.h"
#include "interposer/reach/sample_table.h"
#include "interposer/reach/self_memory.h"
#include "interposer/reach/surroundings.h"

namespace lw {

// Of the registers that a call leaves alone, those that are not in the frame anyway.
struct CallersRegisters {
  u64 words[5];
};

// Where the calling thread's own part of the stack begins: below is leakwatch's.
struct Caller {
  u64 frame;
  CallersRegisters registers;
};

// Expanded in the function whose callers count: what that function saved itself lies right below its frame.
#define LW_FIND_CALLER(caller)                                                                                        \
  asm volatile("movq %%rbx, 0(%0)\n movq %%r12, 8(%0)\n movq %%r13, 16(%0)\n movq %%r14, 24(%0)\n movq %%r15, 32(%0)" \
               :                                                                                                      \
               : "r"((caller).registers.words)                                                                        \
               : "memory");                                                                                           \
  (caller).frame = reinterpret_cast<u64>(__builtin_frame_address(0)) - sizeof(caller).registers

// At the end of a process the innermost frames are those of exit() and its helpers: what they never wrote to still
// holds what stood there before, the variables of main that has returned among it. Moves the caller's frame up to the
// innermost one that is neither libc's nor ours.
void skip_ending_frames(Caller& caller);

class Search {
 public:
  Search(LiveHeader* live, const Caller& caller, u64 deadline_ns);

  // False if nothing can be looked for, or the kernel does not let us.
  bool prepare();
  // One look at everything; false if it could not be finished.
  bool look(const Surroundings& around);
  // After the last one. `still`: nothing moved meanwhile.
  void store_marks(const Surroundings& around, bool still);
  void tell(ReachWhere where, bool cut_short, bool still);
  void leave() { samples_.leave(); }
  void watch(CopiedPages* copied) { memory_.watch(copied); }

  u64 began_ns() const { return began_ns_; }

 private:
  using Pass = ReachPass<SelfMemory, void (*)(u32, u64, u32)>;
  struct Line {
    Search* search;
    Pass* pass;
  };

  bool nothing_was_missed() const;
  void scan_line(const MapsLine& line, Pass& pass);
  u64 scan_thread_heaps(const MapsLine& line, Pass& pass);
  void scan_around_holes(u64 start, u64 end, Pass& pass);
  void count_heads();
  Reach reach_of(u32 block, u32 hidden, bool still) const;

  LiveHeader* live_;
  Caller caller_;
  u64 began_ns_;
  SelfMemory memory_;
  SampleTable samples_;
  u64 words_ = 0;
  u64 heap_top_ = 0;
  bool complete_ = false;
};

}  // namespace lw
