// SPDX-License-Identifier: Apache-2.0
// Everything leakwatch keeps privately about the process it is in. It lies, with the slots and the address filter, in
// pages that the kernel wipes at fork: a child finds zeros, and all-zero means "a process nobody looks after yet".
// So no fork handler is needed for correctness, and a fork that execs at once pays nothing.
#pragma once

#include "interposer/platform/syscalls.h"
#include "interposer/state/alarm.h"
#include "interposer/state/thread_slot.h"
#include "snapshot/live_layout.h"

namespace lw {

inline constexpr u32 kMostLevels = 8;  // of the memory log

// Running sums over all sites of what was allocated minus what was freed.
struct LiveTotals {
  f64 count;
  f64 bytes;
  f64 bytes_variance;
};

// Private indexes over the tables of kept stacks and releases; a cell holds number + 1, 0 is empty.
inline constexpr u32 kStackCells = 2048;
inline constexpr u32 kReleaseCells = 1024;

// Who made a thread: a note about one that has not been met yet, or what is known of a slot's owner.
struct Newborn {
  u64 self;  // its pthread_t; 0 = no entry
  u32 parent;
  u32 made_by;  // number + 1 of a KeptStack
  u64 stack_bytes;
};
inline constexpr u32 kNewborns = 4096;

// A pthread_create that has not returned.
struct Birth {
  u64 place;  // where the maker will find the new thread's pthread_t; 0 = no entry
  u64 held;   // what lay there before: often the pthread_t of the thread that was made last, from the same line
  Newborn origin;
};
inline constexpr u32 kBirths = 64;

// A region that the program has mapped: see mapped_regions.h.
struct MappedRegion {
  u64 start;  // its marks in the low bits; 0 = free place
  u64 end;
  u64 resident;
  f64 stands_for;
};
inline constexpr u32 kMappedRegions = 8192;

enum class Stage : u32 {
  kUnknown = 0,   // nothing decided: a new process, or a child just forked
  kStarting = 1,  // some thread is making the live file
  kWatching = 2,
  kOff = 3,  // not to be watched, or watching is not possible, or the process is ending
};

// See reused_code.h.
struct ReusedCode {
  u64 start, end;
  u64 times;  // 0: no range
};
inline constexpr u32 kReusedRanges = 8;

inline constexpr u32 kEnded = ~u32{0};  // the last snapshot is written, or given up

struct Process {
  Stage stage;
  u32 pid;
  u64 child_number;  // among those that come from one program by fork, see family.h; 0 also in that program itself
  u32 starter;       // thread that makes the live file, or has made it; 0 before it has said so
  LiveHeader* live;  // base of the mapped live file
  u64 live_bytes;

  // Sampling.
  u64 interval;   // for the next countdowns; 1 = exact
  u64 placement;  // alignment that sampled blocks are given, 0 = none

  // Private indexes over the live file's tables (one mapping, see live_file.cc). Each is a small table and a large one;
  // the masks are those of the large ones.
  u64* live_cells;
  u64 live_cell_mask;
  u64* site_cells;
  u64 site_cell_mask;
  u64 index_bytes;

  // Live records: free ones, and how many are in use. Low half of the head: number + 1; high half: a tag against ABA.
  u64 free_samples;
  u64 live_samples;

  // How far each table of the live file has been reserved, in bytes (see reserve.h).
  u64 reserved[kTableCount];

  LiveTotals live_totals;
  u64 points_in_level[kMostLevels];

  // Due times, CLOCK_MONOTONIC.
  u64 next_point_ns;
  u64 point_step_ns;
  u64 next_dump_ns;
  u64 dump_step_ns;
  u64 next_statistics_ns;  // of the allocator, see memory_log.cc

  // Work that one thread at a time does; the others pass by. Never waited for.
  u32 dumping;  // the thread that is at it
  u32 logging;
  u32 thinning;
  u32 mapping;

  // Governor (cold/governor.cc).
  i64 tokens_ns;
  i64 grant_ns;
  u64 tokens_at_ns;
  u64 window_samples;
  u64 window_spent_ns;
  u64 window_since_ns;
  u64 governed_since_ns;

  Counts ended;     // of threads whose slots others have taken over
  u64 folds_begun;  // how often counts were moved from a slot to `ended`
  u64 folds_done;
  u32 slots_high;  // slots at and above this number were never used
  u32 slots_hand;  // where the search for a slot goes on

  // The map of loaded objects (dump/mappings.cc).
  u64 mapped_at_ns;       // when it was last read
  u64 mapping_took_ns;    // and how long that took
  u32 futile_mappings;    // how often in turn nothing new was found
  u32 mapping_hand;       // where the search for an address begins
  u32 has_unknown_code;   // a stack was kept with an address that no known object holds
  u32 code_was_loaded;    // by dlopen, since it was read
  u32 code_was_unloaded;  // by dlclose, and something may have taken its place since
  ReusedCode reused[kReusedRanges];

  u32 name_part;  // distinguishes files of the same name and pid

  u32 ending;  // the thread that ends the process, or kEnded

  AlarmState alarm;
  u16 stack_cells[kStackCells];
  u16 release_cells[kReleaseCells];
  u32 births_under_way;
  Birth births[kBirths];
  u32 regions_high;  // places of mapped regions at and above this number were never used

  // Sum of what leakwatch_tick() was called with. A cache line of its own: a program may call it for every request.
  alignas(64) u64 work;
};

// The pages wiped at fork. Zero-initialised, so in .bss: no mapping to make, none that can fail.
inline constexpr u64 kFilterBytes = 64 << 10;
struct alignas(4096) WipedPages {
  Process process;
  ThreadSlot nobodys;                     // of all threads that have none of their own yet
  alignas(4096) u8 filter[kFilterBytes];  // address_filter.h
  MappedRegion regions[kMappedRegions];   // mapped_regions.h
  Newborn newborns[kNewborns];            // thread_birth.h
  alignas(4096) ThreadSlot slots[kThreadSlots];
  Newborn origins[kThreadSlots];  // of each slot's owner
};
LW_LOCAL extern WipedPages g_wiped;

// Whence the slot's owner comes; its pthread_t is its thread pointer. Precondition: it is one of g_wiped.slots.
inline Newborn& origin_of(const ThreadSlot& slot) { return g_wiped.origins[&slot - g_wiped.slots]; }

inline Process& process() { return g_wiped.process; }
inline ThreadSlot& nobodys_slot() { return g_wiped.nobodys; }
inline bool watching() { return load_acquire(process().stage) == Stage::kWatching; }
inline bool stopped_watching() { return load_acquire(process().stage) == Stage::kOff; }

// True in a child of vfork or clone(CLONE_VM): it is another process, but this memory is not its own.
inline bool shares_memory_with_process() {
  const u32 owner = load_relaxed(process().pid);
  return owner != 0 && owner != sys::process_id();
}

// Which low bits of an address must all be zero for it to be possibly sampled; every other free is not ours and
// never looked up. 0 = look up every free. On glibc bit 4 is left out, because the blocks that it maps start 16 bytes
// into a page: they are recognisable as they come.
inline constexpr u64 free_mask(u64 placement, bool on_glibc) {
  return placement == 0 ? 0 : (placement - 1) & ~u64{on_glibc ? 16u : 0u};
}
LW_LOCAL extern u64 g_free_mask;

// One `test` against memory; written out because the compiler makes a load and an `and` of it, on the path of every
// free.
inline bool maybe_sampled(const void* block) {
  bool zero;
  asm("testq %[block], %[mask]" : "=@ccz"(zero) : [block] "r"(block), [mask] "m"(g_free_mask));
  return zero;
}

// Set for good, in children too: the program has restricted its system calls, and none of ours may follow.
LW_LOCAL extern u32 g_sealed;

// Set once: the program must not be touched at all (started before main by init.cc).
LW_LOCAL extern u32 g_started;

}  // namespace lw
