// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/bookkeeping.h"

#include "interposer/cold/thinning.h"
#include "interposer/platform/next_allocator.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/drops.h"
#include "interposer/state/live_set.h"
#include "interposer/state/site_table.h"

namespace lw {
namespace {

// The mismatch that this pair of functions is, or 0. A block of unknown origin (inherited, mallocx) fits everything
// its allocator accepts.
u32 mismatch_of(AllocKind allocated, FreeKind freed) {
  if (g_cxx_partly_replaced) return 0;
  const bool by_delete = freed == FreeKind::kDelete || freed == FreeKind::kDeleteArray;
  const bool fits = freed == FreeKind::kUnknown ||
                    (allocated == AllocKind::kMalloc &&
                     (freed == FreeKind::kFree || freed == FreeKind::kRealloc || freed == FreeKind::kDallocx)) ||
                    (allocated == AllocKind::kNew && freed == FreeKind::kDelete) ||
                    (allocated == AllocKind::kNewArray && freed == FreeKind::kDeleteArray) ||
                    (allocated == AllocKind::kMallocx && !by_delete) ||
                    (allocated == AllocKind::kMmap && (freed == FreeKind::kMunmap || freed == FreeKind::kMremap));
  return fits ? 0 : static_cast<u32>(allocated) * 256 + static_cast<u32>(freed);
}

void replace_missed_free(u64 address, u64 now_ns) {
  LiveSample stale;
  if (!filter_may_hold(address) || !take_sample(address, &stale)) return;
  if ((stale.flags & kSampleInherited) != 0) return;
  const Weight weight = weight_of(stale.size, stale.interval);
  add_free(stale.site, stale.kind, weight, now_ns, kUnknownLifetime, 0);
  count_drop(DropReason::kMissedFree, weight.bytes);
}

}  // namespace

void book_birth(const LiveSample& sample, u64 now_ns) {
  replace_missed_free(sample.address, now_ns);
  if (live_sample_count() > live_sample_capacity() / 4 * 3) thin_live_set(now_ns);
  const Weight weight = weight_of(sample.size, sample.interval);
  DropReason full;
  if (insert_sample(sample, &full)) {
    add_allocation(sample.site, sample.kind, weight, now_ns);
  } else {
    count_drop(full, weight.bytes);
  }
}

void book_free(const LiveSample& sample, FreeKind how, u64 now_ns) {
  add_relaxed(process().live->receipt.sampled_frees, u64{1});
  if ((sample.flags & kSampleInherited) != 0) return;
  const u64 lifetime_ns = now_ns > sample.birth_ns ? now_ns - sample.birth_ns : 0;
  add_free(sample.site, sample.kind, weight_of(sample.size, sample.interval), now_ns, lifetime_ns,
           mismatch_of(sample.kind, how));
}

namespace {

// p depends on size / interval only, so a piece whose interval shrinks with its size stands for as many regions as the
// whole did, and for as many of its bytes.
LiveSample piece_of(const LiveSample& whole, u64 start, u64 bytes) {
  LiveSample piece = whole;
  const f64 interval = static_cast<f64>(whole.interval) * static_cast<f64>(bytes) / static_cast<f64>(whole.size);
  piece.address = start;
  piece.size = bytes;
  piece.interval = interval < 1 ? 1 : static_cast<u64>(interval + 0.5);
  return piece;
}

Weight enter_piece(const LiveSample& whole, u64 start, u64 bytes) {
  if (bytes == 0) return {};
  const LiveSample piece = piece_of(whole, start, bytes);
  const Weight weight = weight_of(piece.size, piece.interval);
  DropReason full;
  if (insert_sample(piece, &full)) return weight;
  count_drop(full, weight.bytes);
  return {0, 0, 0, 0};
}

}  // namespace

void book_cut(const LiveSample& whole, u64 start, u64 end, u64 now_ns) {
  const u64 whole_end = whole.address + whole.size;
  const Weight left = enter_piece(whole, whole.address, start > whole.address ? start - whole.address : 0);
  const Weight right = enter_piece(whole, end, end < whole_end ? whole_end - end : 0);
  if (left.count + right.count <= 0) return book_free(whole, FreeKind::kUnknown, now_ns);
  if ((whole.flags & kSampleInherited) != 0) return;
  const Weight before = weight_of(whole.size, whole.interval);
  const Weight gone{0, before.bytes - left.bytes - right.bytes, 0,
                    before.bytes_variance - left.bytes_variance - right.bytes_variance};
  add_cut(whole.site, gone, left.count > 0 && right.count > 0, right.count, now_ns);
}

}  // namespace lw
