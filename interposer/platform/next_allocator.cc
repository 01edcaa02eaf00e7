// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/next_allocator.h"

#include <dlfcn.h>
#include <link.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/jemalloc_substitute.h"
#include "interposer/platform/symbol_lookup.h"
#include "interposer/platform/text.h"

namespace lw {
namespace {

// --- the arena for the loader ----------------------------------------------------------------------------------

u64 g_arena_used = 0;

void* arena_allocate(u64 size) {
  u64 want = (size + kArenaBlock - 1) & ~(kArenaBlock - 1);
  if (want == 0) want = kArenaBlock;
  if (want > kArenaBytes) return nullptr;
  u64 at = add_relaxed(g_arena_used, want);
  return at + want <= kArenaBytes ? g_arena + at : nullptr;  // NULL is something every caller in libc copes with
}

// --- the table's first entries ----------------------------------------------------------------------------

enum class Search : u32 { kNotBegun, kUnderWay, kDone };
Search g_search = Search::kNotBegun;

// True when the real functions are in place; false while the loader, being asked for them, is what calls us.
bool found() {
  if (load_acquire(g_search) == Search::kNotBegun) find_next_allocator();
  return load_acquire(g_search) == Search::kDone;
}

void* first_malloc(size_t size) { return found() ? g_next.malloc(size) : arena_allocate(size); }
void first_free(void* block) {
  if (found()) g_next.free(block);
}
void* first_calloc(size_t count, size_t size) {
  u64 total;
  if (__builtin_mul_overflow(count, size, &total)) return nullptr;
  return found() ? g_next.calloc(count, size) : arena_allocate(total);  // the arena is zero as it comes
}
void* first_realloc(void* block, size_t size) {
  if (found()) return g_next.realloc(block, size);
  void* moved = arena_allocate(size);
  if (moved != nullptr && block != nullptr) {
    u64 readable = bootstrap_block_bytes(block);
    __builtin_memcpy(moved, block, size < readable ? size : readable);
  }
  return moved;
}
void* first_memalign(size_t alignment, size_t size) {
  return found() ? g_next.memalign(alignment, size) : arena_allocate(size);
}
void* first_aligned_alloc(size_t alignment, size_t size) {
  return found() ? g_next.aligned_alloc(alignment, size) : arena_allocate(size);
}
int first_posix_memalign(void** block, size_t alignment, size_t size) {
  if (found()) return g_next.posix_memalign(block, alignment, size);
  *block = arena_allocate(size);
  return *block != nullptr ? 0 : 12 /* ENOMEM */;
}
void* first_valloc(size_t size) { return found() ? g_next.valloc(size) : arena_allocate(size); }
void* first_pvalloc(size_t size) { return found() ? g_next.pvalloc(size) : arena_allocate(size); }
size_t first_usable_size(void* block) { return found() ? g_next.malloc_usable_size(block) : 0; }

template <class Function>
void find(Function& entry, const char* name) {
  if (void* symbol = find_after_us(name); symbol != nullptr) entry = reinterpret_cast<Function>(symbol);
}

u64 object_of(const void* code) {
  Dl_info found_in{};
  return dladdr(code, &found_in) != 0 ? reinterpret_cast<u64>(found_in.dli_fbase) : 0;
}
template <class Function>
u64 object_of(Function function) {
  return object_of(reinterpret_cast<const void*>(function));
}

// Is the program's use of `name` bound to a definition outside this object? A program that is not position-independent
// and takes a function's address has an entry for it that looks like a definition, but is only a stub of its own that
// jumps to whoever defines it (an undefined symbol with a value); that does not count.
bool is_bound_past_us(const char* name) {
  void* bound = dlsym(RTLD_DEFAULT, name);
  if (bound == nullptr || object_of(bound) == object_of(&find_next_allocator)) return false;
  Dl_info found_in{};
  const ElfW(Sym)* symbol = nullptr;
  dladdr1(bound, &found_in, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT);
  return symbol == nullptr || symbol->st_shndx != SHN_UNDEF;
}

bool is_from_cxx_runtime(const void* code) {
  Dl_info found_in{};
  if (dladdr(code, &found_in) == 0) return false;
  for (const char* c = found_in.dli_fname; *c != '\0'; ++c) {
    if (starts_with(c, "libstdc++") || starts_with(c, "libc++")) return true;
  }
  return false;
}

bool some_operator_is_replaced() {
  static constexpr const char* kAll[] = {"_Znwm",
                                         "_Znam",
                                         "_ZnwmRKSt9nothrow_t",
                                         "_ZnamRKSt9nothrow_t",
                                         "_ZnwmSt11align_val_t",
                                         "_ZnamSt11align_val_t",
                                         "_ZdlPv",
                                         "_ZdaPv",
                                         "_ZdlPvm",
                                         "_ZdaPvm",
                                         "_ZdlPvSt11align_val_t",
                                         "_ZdaPvSt11align_val_t"};
  for (const char* name : kAll) {
    if (is_bound_past_us(name)) return true;
  }
  return false;
}

bool has_operators_of_its_own(const NextAllocator& next) {
  return next.new_plain != nullptr && object_of(next.new_plain) == object_of(next.malloc);
}

// An allocator's own operators do not call each other, so it does not matter if the program replaces some of them.
// Those of the C++ runtime do: if anything is replaced, all that is left must be called as it is. jemalloc's do what
// the runtime's do, and come back to our malloc, free and aligned_alloc for it: there the shorter way is taken.
CxxRoute find_cxx_route(const NextAllocator& next) {
  if (malloc_is_bound_past_us()) return CxxRoute::kReplaced;
  if (has_operators_of_its_own(next)) {
    return g_neighbour == Neighbour::kJemalloc ? CxxRoute::kThroughMalloc : CxxRoute::kOwn;
  }
  if (g_cxx_partly_replaced) return CxxRoute::kReplaced;
  if (next.new_plain == nullptr) return CxxRoute::kThroughMalloc;
  const bool plain = is_from_cxx_runtime(reinterpret_cast<const void*>(next.new_plain)) &&
                     is_from_cxx_runtime(reinterpret_cast<const void*>(next.delete_plain));
  return plain ? CxxRoute::kThroughMalloc : CxxRoute::kReplaced;
}

Neighbour find_neighbour(const NextAllocator& next) {
  Dl_info found_in{};
  if (dladdr(reinterpret_cast<const void*>(next.malloc), &found_in) == 0) return Neighbour::kUnknown;
  const char* name = found_in.dli_fname;
  for (const char* c = name; *c != '\0'; ++c) {
    if (*c == '/') name = c + 1;
  }
  if (starts_with(name, "libc.so") || starts_with(name, "libc-")) return Neighbour::kGlibc;
  if (find_after_us("mallctl") != nullptr) return Neighbour::kJemalloc;
  if (starts_with(name, "libtcmalloc_debug") || starts_with(name, "libtcmalloc_minimal_debug")) {
    return Neighbour::kTcmallocDebug;
  }
  if (starts_with(name, "libtcmalloc")) return Neighbour::kTcmalloc;
  if (starts_with(name, "libmimalloc")) return Neighbour::kMimalloc;
  return Neighbour::kUnknown;
}

void find_libc_family(NextAllocator& next) {
  find(next.malloc, "malloc");
  find(next.free, "free");
  find(next.calloc, "calloc");
  find(next.realloc, "realloc");
  find(next.memalign, "memalign");
  find(next.aligned_alloc, "aligned_alloc");
  find(next.posix_memalign, "posix_memalign");
  find(next.valloc, "valloc");
  find(next.pvalloc, "pvalloc");
  find(next.free_sized, "free_sized");
  find(next.free_aligned_sized, "free_aligned_sized");
  find(next.malloc_usable_size, "malloc_usable_size");
  find(next.nallocx, "nallocx");
  find(next.mi_good_size, "mi_good_size");
}

void find_jemalloc_family(NextAllocator& next) {
  find(next.mallocx, "mallocx");
  find(next.rallocx, "rallocx");
  find(next.xallocx, "xallocx");
  find(next.sallocx, "sallocx");
  find(next.dallocx, "dallocx");
  find(next.sdallocx, "sdallocx");
  substitute_jemalloc(next);
}

void find_cxx_family(NextAllocator& next) {
  find(next.new_plain, "_Znwm");
  find(next.new_array, "_Znam");
  find(next.new_nothrow, "_ZnwmRKSt9nothrow_t");
  find(next.new_array_nothrow, "_ZnamRKSt9nothrow_t");
  find(next.new_aligned, "_ZnwmSt11align_val_t");
  find(next.new_array_aligned, "_ZnamSt11align_val_t");
  find(next.new_aligned_nothrow, "_ZnwmSt11align_val_tRKSt9nothrow_t");
  find(next.new_array_aligned_nothrow, "_ZnamSt11align_val_tRKSt9nothrow_t");
  find(next.delete_plain, "_ZdlPv");
  find(next.delete_array, "_ZdaPv");
  find(next.delete_sized, "_ZdlPvm");
  find(next.delete_array_sized, "_ZdaPvm");
  find(next.delete_nothrow, "_ZdlPvRKSt9nothrow_t");
  find(next.delete_array_nothrow, "_ZdaPvRKSt9nothrow_t");
  find(next.delete_aligned, "_ZdlPvSt11align_val_t");
  find(next.delete_array_aligned, "_ZdaPvSt11align_val_t");
  find(next.delete_sized_aligned, "_ZdlPvmSt11align_val_t");
  find(next.delete_array_sized_aligned, "_ZdaPvmSt11align_val_t");
  find(next.delete_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t");
  find(next.delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t");
  find(next.get_new_handler, "_ZSt15get_new_handlerv");
}

// From the first to the last executable segment.
CodeRange code_of(const void* function) {
  Dl_info found_in{};
  if (dladdr(function, &found_in) == 0) return {};
  const u8* base = static_cast<const u8*>(found_in.dli_fbase);
  const ElfW(Ehdr)& file = *reinterpret_cast<const ElfW(Ehdr)*>(base);
  const ElfW(Phdr)* segments = reinterpret_cast<const ElfW(Phdr)*>(base + file.e_phoff);
  u64 start = ~u64{0}, end = 0;
  for (u32 i = 0; i < file.e_phnum; ++i) {
    if (segments[i].p_type != PT_LOAD || (segments[i].p_flags & PF_X) == 0) continue;
    if (segments[i].p_vaddr < start) start = segments[i].p_vaddr;
    if (segments[i].p_vaddr + segments[i].p_memsz > end) end = segments[i].p_vaddr + segments[i].p_memsz;
  }
  return end > start ? CodeRange{reinterpret_cast<u64>(base) + start, end - start} : CodeRange{};
}

CxxRoutes find_cxx_routes(const NextAllocator& next) {
  const CxxRoute plain = find_cxx_route(next);
  const auto route_of = [&](u64 object) {
    return plain == CxxRoute::kOwn && object != object_of(next.malloc) ? CxxRoute::kReplaced : plain;
  };
  return {plain, route_of(object_of(next.new_aligned)), route_of(object_of(next.delete_nothrow))};
}

}  // namespace

alignas(kArenaBlock) constinit u8 g_arena[kArenaBytes]{};

constinit NextAllocator g_next = [] {
  NextAllocator first{};
  first.malloc = first_malloc;
  first.free = first_free;
  first.calloc = first_calloc;
  first.realloc = first_realloc;
  first.memalign = first_memalign;
  first.aligned_alloc = first_aligned_alloc;
  first.posix_memalign = first_posix_memalign;
  first.valloc = first_valloc;
  first.pvalloc = first_pvalloc;
  first.malloc_usable_size = first_usable_size;
  return first;
}();
constinit CxxRoutes g_cxx{};
constinit bool g_cxx_partly_replaced = false;
constinit Neighbour g_neighbour = Neighbour::kUnknown;
constinit CodeRange g_next_code{};

void find_next_allocator() {
  if (!replace(g_search, Search::kNotBegun, Search::kUnderWay)) return;
  // Into a table aside: what the loader allocates meanwhile must still come from the arena. An allocator called at
  // this moment, before libc's constructor, may crash (jemalloc and tcmalloc do).
  NextAllocator next = g_next;
  find_libc_family(next);
  find_jemalloc_family(next);
  find_cxx_family(next);
  g_neighbour = find_neighbour(next);
  if (g_neighbour != Neighbour::kGlibc) g_next_code = code_of(reinterpret_cast<const void*>(next.malloc));
  g_cxx_partly_replaced = some_operator_is_replaced();
  g_cxx = find_cxx_routes(next);
  g_next = next;
  store_release(g_search, Search::kDone);
}

u64 bootstrap_bytes_used() {
  const u64 used = load_relaxed(g_arena_used);
  return used < kArenaBytes ? used : kArenaBytes;
}

u64 bootstrap_block_bytes(const void* block) {
  return in_bootstrap_arena(block) ? static_cast<u64>(g_arena + kArenaBytes - static_cast<const u8*>(block)) : 0;
}

u64 bootstrap_usable_size(const void* block) { return kArenaBlock - reinterpret_cast<u64>(block) % kArenaBlock; }

bool malloc_is_bound_past_us() { return is_bound_past_us("malloc"); }

}  // namespace lw
