// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/pages.h"

#include <linux/futex.h>
#include <sys/mman.h>

#include "interposer/platform/syscalls.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr long kInvalid = -22;  // EINVAL

}  // namespace

void* map_private(u64 bytes) {
  const long at = sys::map(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  if (sys::failed(at)) return nullptr;
  void* start = reinterpret_cast<void*>(at);
  if (!wipe_on_fork(start, bytes)) {
    sys::unmap(start, bytes);
    return nullptr;
  }
  return start;
}

bool wipe_on_fork(void* start, u64 bytes) { return !sys::failed(sys::advise(start, bytes, MADV_WIPEONFORK)); }

void expect_few_pages(void* start, u64 bytes) { sys::advise(start, bytes, MADV_RANDOM); }

bool back_pages(void* start, u64 bytes) {
  const long result = sys::advise(start, bytes, MADV_POPULATE_WRITE);
  return result == kInvalid ? back_pages_one_by_one(start, bytes) : result == 0;
}

// FUTEX_WAKE_OP adds to a number in the program's memory and wakes who waits there: here 0, and nobody. The kernel
// answers EFAULT where a store of ours would have been SIGBUS, and what stands in the page is not changed, though
// another thread may have begun to write there.
bool back_pages_one_by_one(void* start, u64 bytes) {
  constexpr long kAddNothing = (FUTEX_OP_ADD << 28) | (FUTEX_OP_CMP_EQ << 24);
  u32 nobody = 0;
  u8* page = static_cast<u8*>(start);
  for (u8* end = page + bytes; page < end; page += kPage) {
    const long result = sys::call(SYS_futex, sys::word(&nobody), FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0,
                                  sys::word(page), kAddNothing);
    if (sys::failed(result)) return false;
  }
  return true;
}

u64 resident_bytes(const void* start, u64 bytes) {
  u8 present[1024];
  u64 resident = 0;
  for (u64 at = 0; at < bytes; at += sizeof present * kPage) {
    const u64 rest = bytes - at < sizeof present * kPage ? bytes - at : sizeof present * kPage;
    const u8* from = static_cast<const u8*>(start) + at;
    if (sys::failed(sys::call(SYS_mincore, sys::word(from), static_cast<long>(rest), sys::word(present)))) break;
    for (u64 page = 0; page < (rest + kPage - 1) / kPage; ++page) resident += (present[page] & 1) * kPage;
  }
  return resident;
}

u64 estimate_resident_bytes(u64 start, u64 bytes) {
  constexpr u64 kPieces = 256, kPieceBytes = 64 << 10, kHead = 16 << 20;
  const u64 first = start & ~(kPage - 1), all = ((start + bytes + kPage - 1) & ~(kPage - 1)) - first;
  if (all <= 2 * kHead) {
    const u64 resident = resident_bytes(reinterpret_cast<const void*>(first), all);
    return resident < bytes ? resident : bytes;
  }
  const u64 rest = all - kHead, stride = rest / kPieces & ~(kPage - 1);
  const u64 in_head = resident_bytes(reinterpret_cast<const void*>(first), kHead);
  u64 seen = 0;
  for (u64 at = first + kHead, i = 0; i < kPieces; ++i, at += stride)
    seen += resident_bytes(reinterpret_cast<const void*>(at), kPieceBytes);
  return in_head + static_cast<u64>(static_cast<f64>(seen) / (kPieces * kPieceBytes) * static_cast<f64>(rest));
}

}  // namespace lw
