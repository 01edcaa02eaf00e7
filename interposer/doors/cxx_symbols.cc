// SPDX-License-Identifier: Apache-2.0
// operator new and delete, in all their forms, under the names that the compiler gives them (Itanium C++ ABI).
//
// Three routes (platform/next_allocator.h, CxxRoute), chosen for all operators or for one family of them:
//   kThroughMalloc  we do what libstdc++'s operator new does, malloc in a loop with the new handler, and know that it
//                   was `new`; only throwing is left to libstdc++, since there are no exceptions in here
//   kOwn            the allocator's own operators are called
//   kReplaced       the program's business: the next definition is called and nothing is counted here
#include <stddef.h>

#include "interposer/doors/door.h"

using namespace lw;

namespace {

constexpr size_t kDefaultAlignment = 16;

// What operator new asks malloc for: never 0 bytes, and for an alignment a multiple of it.
inline void* plain_block(size_t size, size_t alignment) {
  if (size == 0) size = 1;
  if (alignment <= kDefaultAlignment) return g_next.malloc(size);
  const size_t whole = (size + alignment - 1) & ~(alignment - 1);
  return whole < size ? nullptr : g_next.aligned_alloc(alignment, whole);
}

// Through malloc: what the hot path did not let through.
__attribute__((noinline)) void* block_slowly(AllocKind kind, size_t size, size_t alignment) {
  return allocate_slowly({kind, size, alignment, false}, [=] { return plain_block(size, alignment); });
}

// libstdc++'s loop: the handler may free something, or throw, or end the program. Null when there is no handler.
__attribute__((noinline)) void* block_after_handler(AllocKind kind, size_t size, size_t alignment) {
  while (g_next.get_new_handler != nullptr) {
    void (*handler)() = g_next.get_new_handler();
    if (handler == nullptr) break;
    handler();
    void* block = passes_unsampled(size) ? plain_block(size, alignment) : block_slowly(kind, size, alignment);
    if (block != nullptr) return block;
  }
  return nullptr;
}

// An allocator's own operator new: `next` is called for everything that is not placed as a sample.
template <class Next>
__attribute__((noinline)) void* own_block_slowly(AllocKind kind, size_t size, size_t alignment, Next next) {
  return allocate_slowly({kind, size, alignment, false}, next);
}

// `failed` goes on where malloc has nothing to give. The routes are written out one after the other, because each test
// is an instruction or two in every operator new.
template <class Next, class Failed>
inline void* new_block(CxxRoute route, AllocKind kind, size_t size, size_t alignment, Next next, Failed failed) {
  if (route == CxxRoute::kOwn) return passes_unsampled(size) ? next() : own_block_slowly(kind, size, alignment, next);
  if (route == CxxRoute::kReplaced) return next();
  void* block = passes_unsampled(size) ? plain_block(size, alignment) : block_slowly(kind, size, alignment);
  return LW_LIKELY(block != nullptr) ? block : failed();
}

template <class Next>
inline void* throwing_new(CxxRoute route, AllocKind kind, size_t size, size_t alignment, Next next) {
  return new_block(route, kind, size, alignment, next, [=] {
    void* block = block_after_handler(kind, size, alignment);
    return block != nullptr ? block : next();  // throws bad_alloc
  });
}

template <class Next>
inline void* nothrow_new(CxxRoute route, AllocKind kind, size_t size, size_t alignment, Next next) {
  return new_block(route, kind, size, alignment, next, next);  // runs the handler and catches what it throws
}

// A call apart, for which the operators themselves then need no frame.
template <class Next>
__attribute__((noinline)) void look_up_and_give_back(void* block, FreeKind how, Next next) {
  if (look_up_free(block, how)) next();
}

// `own` gives the block back in the form that was called. What may be a sample goes back by `unsized`, the form without
// a size: a placed block has another alignment than the program asked for, and an allocator that trusts the size would
// look for it in the wrong place.
template <class Own, class Unsized>
inline void give_back(CxxRoute route, void* block, FreeKind how, Own own, Unsized unsized) {
  if (LW_LIKELY(route == CxxRoute::kThroughMalloc)) {
    if (frees_unsampled(block) || frees_lookalike(block)) return g_next.free(block);
    return look_up_and_give_back(block, how, [block] { g_next.free(block); });
  }
  if (route == CxxRoute::kReplaced || frees_unsampled(block)) return own();
  if (frees_lookalike(block)) return unsized();
  look_up_and_give_back(block, how, unsized);
}

template <class Own>
inline void give_back(CxxRoute route, void* block, FreeKind how, Own own) {
  give_back(route, block, how, own, own);
}

constexpr AllocKind kNew = AllocKind::kNew;
constexpr AllocKind kNewArray = AllocKind::kNewArray;
constexpr FreeKind kDelete = FreeKind::kDelete;
constexpr FreeKind kDeleteArray = FreeKind::kDeleteArray;

}  // namespace

// --- operator new ------------------------------------------------------------------------------------------

// operator new(size_t)
LW_DOOR void* _Znwm(size_t n) {
  return throwing_new(g_cxx.plain, kNew, n, 0, [=] { return g_next.new_plain(n); });
}
// operator new[](size_t)
LW_DOOR void* _Znam(size_t n) {
  return throwing_new(g_cxx.plain, kNewArray, n, 0, [=] { return g_next.new_array(n); });
}
// operator new(size_t, nothrow_t const&)
LW_DOOR void* _ZnwmRKSt9nothrow_t(size_t n, const Nothrow& t) {
  return nothrow_new(g_cxx.plain, kNew, n, 0, [n, &t] { return g_next.new_nothrow(n, t); });
}
// operator new[](size_t, nothrow_t const&)
LW_DOOR void* _ZnamRKSt9nothrow_t(size_t n, const Nothrow& t) {
  return nothrow_new(g_cxx.plain, kNewArray, n, 0, [n, &t] { return g_next.new_array_nothrow(n, t); });
}
// operator new(size_t, align_val_t)
LW_DOOR void* _ZnwmSt11align_val_t(size_t n, AlignVal a) {
  return throwing_new(g_cxx.aligned, kNew, n, a, [=] { return g_next.new_aligned(n, a); });
}
// operator new[](size_t, align_val_t)
LW_DOOR void* _ZnamSt11align_val_t(size_t n, AlignVal a) {
  return throwing_new(g_cxx.aligned, kNewArray, n, a, [=] { return g_next.new_array_aligned(n, a); });
}
// operator new(size_t, align_val_t, nothrow_t const&)
LW_DOOR void* _ZnwmSt11align_val_tRKSt9nothrow_t(size_t n, AlignVal a, const Nothrow& t) {
  return nothrow_new(g_cxx.aligned, kNew, n, a, [n, a, &t] { return g_next.new_aligned_nothrow(n, a, t); });
}
// operator new[](size_t, align_val_t, nothrow_t const&)
LW_DOOR void* _ZnamSt11align_val_tRKSt9nothrow_t(size_t n, AlignVal a, const Nothrow& t) {
  return nothrow_new(g_cxx.aligned, kNewArray, n, a, [n, a, &t] { return g_next.new_array_aligned_nothrow(n, a, t); });
}

// --- operator delete ---------------------------------------------------------------------------------------

// operator delete(void*)
LW_DOOR void _ZdlPv(void* p) {
  give_back(g_cxx.plain, p, kDelete, [=] { g_next.delete_plain(p); });
}
// operator delete[](void*)
LW_DOOR void _ZdaPv(void* p) {
  give_back(g_cxx.plain, p, kDeleteArray, [=] { g_next.delete_array(p); });
}
// operator delete(void*, size_t)
LW_DOOR void _ZdlPvm(void* p, size_t n) {
  give_back(
      g_cxx.plain, p, kDelete, [=] { g_next.delete_sized(p, n); }, [=] { g_next.delete_plain(p); });
}
// operator delete[](void*, size_t)
LW_DOOR void _ZdaPvm(void* p, size_t n) {
  give_back(
      g_cxx.plain, p, kDeleteArray, [=] { g_next.delete_array_sized(p, n); }, [=] { g_next.delete_array(p); });
}
// operator delete(void*, nothrow_t const&)
LW_DOOR void _ZdlPvRKSt9nothrow_t(void* p, const Nothrow& t) {
  give_back(g_cxx.nothrow_delete, p, kDelete, [p, &t] { g_next.delete_nothrow(p, t); });
}
// operator delete[](void*, nothrow_t const&)
LW_DOOR void _ZdaPvRKSt9nothrow_t(void* p, const Nothrow& t) {
  give_back(g_cxx.nothrow_delete, p, kDeleteArray, [p, &t] { g_next.delete_array_nothrow(p, t); });
}
// operator delete(void*, align_val_t)
LW_DOOR void _ZdlPvSt11align_val_t(void* p, AlignVal a) {
  give_back(g_cxx.aligned, p, kDelete, [=] { g_next.delete_aligned(p, a); });
}
// operator delete[](void*, align_val_t)
LW_DOOR void _ZdaPvSt11align_val_t(void* p, AlignVal a) {
  give_back(g_cxx.aligned, p, kDeleteArray, [=] { g_next.delete_array_aligned(p, a); });
}
// operator delete(void*, size_t, align_val_t)
LW_DOOR void _ZdlPvmSt11align_val_t(void* p, size_t n, AlignVal a) {
  give_back(
      g_cxx.aligned, p, kDelete, [=] { g_next.delete_sized_aligned(p, n, a); }, [=] { g_next.delete_plain(p); });
}
// operator delete[](void*, size_t, align_val_t)
LW_DOOR void _ZdaPvmSt11align_val_t(void* p, size_t n, AlignVal a) {
  give_back(
      g_cxx.aligned, p, kDeleteArray, [=] { g_next.delete_array_sized_aligned(p, n, a); },
      [=] { g_next.delete_array(p); });
}
// operator delete(void*, align_val_t, nothrow_t const&)
LW_DOOR void _ZdlPvSt11align_val_tRKSt9nothrow_t(void* p, AlignVal a, const Nothrow& t) {
  give_back(g_cxx.nothrow_delete, p, kDelete, [p, a, &t] { g_next.delete_aligned_nothrow(p, a, t); });
}
// operator delete[](void*, align_val_t, nothrow_t const&)
LW_DOOR void _ZdaPvSt11align_val_tRKSt9nothrow_t(void* p, AlignVal a, const Nothrow& t) {
  give_back(g_cxx.nothrow_delete, p, kDeleteArray, [p, a, &t] { g_next.delete_array_aligned_nothrow(p, a, t); });
}
