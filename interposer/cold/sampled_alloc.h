// SPDX-License-Identifier: Apache-2.0
// The slow path of the allocating doors. A sampled block is an ordinary block of the program's own allocator; it is
// only asked for with a larger alignment than the program wanted, so that its free can be told from others by the
// low bits of the address.
#pragma once

#include "interposer/cold/admission.h"
#include "interposer/cold/record_sample.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/next_allocator.h"

namespace lw {

struct AllocRequest {
  AllocKind kind;
  u64 size;
  u64 alignment;  // 0 = what malloc gives
  bool zeroed;
};

// A block for a sample, aligned for being recognised; nullptr if the plain call should be made instead (because it
// gives a recognisable block anyway, or placing is off, or there is no memory: the plain call then fails in the
// program's own way).
void* place_sample(const AllocRequest& request);

// The block that the plain call gave to a sample, or another in its place that is recognisable. Its contents are not
// kept: the program has not seen it yet.
void* make_recognisable(void* block, const AllocRequest& request);

// Enters the block if its free can be recognised; otherwise counts the drop.
void record_if_recognisable(const SampledBlock& block);

// Of a call of memalign in place of malloc so much at most is ours: over a microsecond in a heap that is in no cache.
// More is the kernel giving pages, for which the program would have waited without us, as for the copying of a realloc.
inline constexpr u64 kPlacingNs = 2000;

// Makes the call with the stay's clock stopped after `ours_ns`.
template <class Call>
void* off_the_clock(u64 ours_ns, Call call) {
  const u64 began_ns = monotonic_ns();
  void* block = call();
  const u64 took_ns = monotonic_ns() - began_ns;
  if (took_ns > ours_ns) t_slot->began_ns += took_ns - ours_ns;
  return block;
}

// An allocation that the hot path did not let through. `plain` makes the call that the program asked for.
template <class Plain>
void* allocate_slowly(const AllocRequest& request, Plain plain) {
  if (request.size > kMostBytes) {
    give_back(request.size);
    return plain();
  }
  const u64 interval = admit(request.size);
  void* block = interval != 0 ? place_sample(request) : nullptr;
  bool placed = block != nullptr;
  if (!placed) {
    void* given = block = interval != 0 ? off_the_clock(0, plain) : plain();
    if (given != nullptr && interval != 0) block = make_recognisable(given, request);
    placed = block != given;
  }
  if (block == nullptr) return nullptr;
  count_allocation(request.size);
  if (interval != 0) {
    record_if_recognisable({reinterpret_cast<u64>(block), request.size, interval, request.kind, 0, 0, placed});
  }
  return block;
}

// The block of 0 bytes that realloc(block, 0) gives on some allocators, if the hot path did not let it through.
void count_empty_block(void* block);

// realloc(block, size) with block != NULL and size != 0; `reallocate` makes the plain call.
void* reallocate_slowly(void* block, u64 size, bool chosen, AllocKind kind, void* (*reallocate)(void*, u64, int),
                        int flags);

}  // namespace lw
