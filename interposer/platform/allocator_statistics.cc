// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/allocator_statistics.h"

#include <dlfcn.h>
#include <malloc.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/next_allocator.h"

namespace lw {
namespace {

struct mallinfo2 (*g_mallinfo2)();
int (*g_mallctl)(const char*, void*, size_t*, void*, size_t);
int (*g_mallctlnametomib)(const char*, size_t*, size_t*);
int (*g_mallctlbymib)(const size_t*, size_t, void*, size_t*, void*, size_t);
int (*g_tcmalloc_property)(const char*, size_t*);

AllocatorStatistics ask_glibc() {
  const struct mallinfo2 said = g_mallinfo2();
  return {said.uordblks + said.hblkhd, said.arena + said.hblkhd, said.fordblks, said.keepcost};
}

u64 read_mallctl(const char* name) {
  size_t value = 0;
  size_t length = sizeof value;
  return g_mallctl(name, &value, &length, nullptr, 0) == 0 ? value : 0;
}

AllocatorStatistics ask_jemalloc() {
  u64 epoch = 1;
  size_t length = sizeof epoch;
  g_mallctl("epoch", &epoch, &length, &epoch, sizeof epoch);  // jemalloc caches its numbers until told
  const u64 in_use = read_mallctl("stats.allocated");
  const u64 resident = read_mallctl("stats.resident");
  // Arena 4096 stands for all of them together (MALLCTL_ARENAS_ALL).
  const u64 pages = read_mallctl("stats.arenas.4096.pdirty") + read_mallctl("stats.arenas.4096.pmuzzy");
  return {in_use, resident, resident > in_use ? resident - in_use : 0, pages * read_mallctl("arenas.page")};
}

// jemalloc's numbers of arenas have 32 bits. How many there are is asked at each freed sample: by name it would cost
// 2,000 instructions. `automatic` is stored last; several threads may find the same at a time.
struct Arenas {
  size_t count[2];  // "arenas.narenas" as jemalloc numbers its names
  u32 automatic;    // how many jemalloc makes itself; 0 = not asked yet
};
Arenas g_arenas;

bool know_arenas() {
  if (load_acquire(g_arenas.automatic) != 0) return true;
  size_t number[2], words = 2, length = sizeof(u32);
  u32 automatic = 0;
  if (g_mallctlnametomib == nullptr || g_mallctlbymib == nullptr) return false;
  if (g_mallctl("opt.narenas", &automatic, &length, nullptr, 0) != 0) return false;
  if (g_mallctlnametomib("arenas.narenas", number, &words) != 0 || words != 2) return false;
  store_relaxed(g_arenas.count[0], number[0]);
  store_relaxed(g_arenas.count[1], number[1]);
  store_release(g_arenas.automatic, automatic);
  return automatic != 0;
}

u64 read_property(const char* name) {
  size_t value = 0;
  return g_tcmalloc_property(name, &value) != 0 ? value : 0;
}

AllocatorStatistics ask_tcmalloc() {
  const u64 in_use = read_property("generic.current_allocated_bytes");
  const u64 heap = read_property("generic.heap_size");
  const u64 unmapped = read_property("tcmalloc.pageheap_unmapped_bytes");
  const u64 resident = heap > unmapped ? heap - unmapped : 0;
  return {in_use, resident, resident > in_use ? resident - in_use : 0, read_property("tcmalloc.pageheap_free_bytes")};
}

template <class Function>
void find(Function& entry, const char* name) {
  entry = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void find_allocator_statistics() {
  switch (g_neighbour) {
    case Neighbour::kGlibc:
      find(g_mallinfo2, "mallinfo2");
      break;
    case Neighbour::kJemalloc:
      find(g_mallctl, "mallctl");
      find(g_mallctlnametomib, "mallctlnametomib");
      find(g_mallctlbymib, "mallctlbymib");
      break;
    case Neighbour::kTcmalloc:
      find(g_tcmalloc_property, "MallocExtension_GetNumericProperty");
      break;
    case Neighbour::kTcmallocDebug:
    case Neighbour::kMimalloc:
    case Neighbour::kUnknown:
      break;
  }
}

// jemalloc itself makes those of its option and one more for huge blocks.
bool program_makes_arenas() {
  u32 arenas = 0;
  size_t length = sizeof arenas;
  if (g_mallctl == nullptr || !know_arenas()) return true;
  if (g_mallctlbymib(g_arenas.count, 2, &arenas, &length, nullptr, 0) != 0) return true;
  return arenas > g_arenas.automatic + 1;
}

AllocatorStatistics read_allocator_statistics() {
  if (g_mallinfo2 != nullptr) return ask_glibc();
  if (g_mallctl != nullptr) return ask_jemalloc();
  if (g_tcmalloc_property != nullptr) return ask_tcmalloc();
  return {};
}

}  // namespace lw
