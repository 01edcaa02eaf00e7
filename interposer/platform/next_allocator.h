// SPDX-License-Identifier: Apache-2.0
// The allocator behind us: whatever the program would have got without leakwatch (libc, or jemalloc, tcmalloc,
// mimalloc preloaded or linked), found as dlsym(RTLD_NEXT) would.
//
// The table is valid from the first instruction of the process: its entries start as functions that find the real
// ones first. The loader itself may allocate while it is asked; what it asks for meanwhile comes from a small arena
// that is never given back. Arena blocks start on a page, so that free() takes them for possible samples and looks
// twice.
#pragma once

#include <stddef.h>

#include "interposer/platform/local.h"
#include "snapshot/layout.h"

namespace lw {

// Stand-ins for types of <new>, which the doors take by value or reference but never look into.
struct Nothrow;
using AlignVal = size_t;

struct NextAllocator {
  void* (*malloc)(size_t);
  void (*free)(void*);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void* (*memalign)(size_t, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void* (*valloc)(size_t);
  void* (*pvalloc)(size_t);
  void (*free_sized)(void*, size_t);
  void (*free_aligned_sized)(void*, size_t, size_t);
  size_t (*malloc_usable_size)(void*);

  // What a block of so many bytes would really have: jemalloc's and tcmalloc's way of asking, and mimalloc's.
  size_t (*nallocx)(size_t, int);
  size_t (*mi_good_size)(size_t);

  // jemalloc's own interface, or substitutes (jemalloc_substitute.h).
  void* (*mallocx)(size_t, int);
  void* (*rallocx)(void*, size_t, int);
  size_t (*xallocx)(void*, size_t, size_t, int);
  size_t (*sallocx)(const void*, int);
  void (*dallocx)(void*, int);
  void (*sdallocx)(void*, size_t, int);

  // operator new and delete; null in a program without C++.
  void* (*new_plain)(size_t);
  void* (*new_array)(size_t);
  void* (*new_nothrow)(size_t, const Nothrow&);
  void* (*new_array_nothrow)(size_t, const Nothrow&);
  void* (*new_aligned)(size_t, AlignVal);
  void* (*new_array_aligned)(size_t, AlignVal);
  void* (*new_aligned_nothrow)(size_t, AlignVal, const Nothrow&);
  void* (*new_array_aligned_nothrow)(size_t, AlignVal, const Nothrow&);
  void (*delete_plain)(void*);
  void (*delete_array)(void*);
  void (*delete_sized)(void*, size_t);
  void (*delete_array_sized)(void*, size_t);
  void (*delete_nothrow)(void*, const Nothrow&);
  void (*delete_array_nothrow)(void*, const Nothrow&);
  void (*delete_aligned)(void*, AlignVal);
  void (*delete_array_aligned)(void*, AlignVal);
  void (*delete_sized_aligned)(void*, size_t, AlignVal);
  void (*delete_array_sized_aligned)(void*, size_t, AlignVal);
  void (*delete_aligned_nothrow)(void*, AlignVal, const Nothrow&);
  void (*delete_array_aligned_nothrow)(void*, AlignVal, const Nothrow&);
  void (*(*get_new_handler)())();
};

LW_LOCAL extern NextAllocator g_next;

// How the program's `operator new` gets its memory, which decides where it is counted.
enum class CxxRoute : u32 {
  kThroughMalloc,  // libstdc++'s, jemalloc's: it would call malloc; we do so in its place and so know it was `new`
  kOwn,            // tcmalloc, mimalloc: a way of their own that malloc never sees; counted at the door
  kReplaced,       // the program has its own operator new: hands off, what it takes from malloc is seen there
};

// An allocator may have operators of its own and leave some to the C++ runtime, whose come back to our other doors and
// are counted there: those are as good as replaced.
struct CxxRoutes {
  CxxRoute plain;
  CxxRoute aligned;
  CxxRoute nothrow_delete;
};
LW_LOCAL extern CxxRoutes g_cxx;

// Has the program replaced some of the operators and left others? Then one half of a pair may go through the program's
// code, and which function gave a block or took it back says nothing about a mistake.
LW_LOCAL extern bool g_cxx_partly_replaced;

enum class Neighbour : u32 {
  kUnknown,
  kGlibc,
  kJemalloc,
  kTcmalloc,
  kTcmallocDebug,  // aborts when a block goes back through another function than it came from
  kMimalloc,
};
LW_LOCAL extern Neighbour g_neighbour;

// The code of the next allocator, unless it is libc's: libc maps memory without coming to our doors. What it maps is
// not the program's own doing.
struct CodeRange {
  u64 start;
  u64 bytes;
};
LW_LOCAL extern CodeRange g_next_code;
inline bool is_next_allocators(const void* caller) {
  return reinterpret_cast<u64>(caller) - g_next_code.start < g_next_code.bytes;
}

// Fills the tables above. Idempotent; must have run before another thread exists.
void find_next_allocator();

// The arena that serves the loader. 64 pages: glibc's dlsym takes one small calloc per thread (the dlerror buffer),
// which leaves room for a loader or an allocator that wants more. Untouched pages cost nothing.
inline constexpr u64 kArenaBlock = 4096;
inline constexpr u64 kArenaBytes = 64 * kArenaBlock;
LW_LOCAL extern u8 g_arena[kArenaBytes];

// Is this block from there? Such a block is never freed and never sampled.
inline bool in_bootstrap_arena(const void* block) {
  return reinterpret_cast<u64>(block) - reinterpret_cast<u64>(g_arena) < kArenaBytes;
}

// How far the arena has been handed out.
u64 bootstrap_bytes_used();

// Bytes that may be read at an arena block, for realloc's copy.
u64 bootstrap_block_bytes(const void* block);

// Bytes of it that are surely its own.
u64 bootstrap_usable_size(const void* block);

// True if some object that comes before leakwatch in the program's scope defines malloc: its calls pass us by.
bool malloc_is_bound_past_us();

}  // namespace lw
