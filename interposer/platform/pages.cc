// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/pages.h"

#include <sys/mman.h>

#include "interposer/platform/syscalls.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr long kInvalid = -22;  // EINVAL

// Kernels before 5.14 know no MADV_POPULATE_WRITE. There a system call that writes a result into the page does: the
// kernel answers EFAULT where a store of ours would have been SIGBUS. The eight bytes it wrote are zeroed again.
bool back_page_by_system_call(u8* page) {
  if (sys::failed(sys::call(SYS_rt_sigprocmask, 0, 0, sys::word(page), 8))) return false;
  *reinterpret_cast<volatile u64*>(page) = 0;
  return true;
}

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

bool back_pages(void* start, u64 bytes) {
  const long result = sys::advise(start, bytes, MADV_POPULATE_WRITE);
  if (result == 0) return true;
  if (result != kInvalid) return false;
  u8* page = static_cast<u8*>(start);
  for (u8* end = page + bytes; page < end; page += kPage) {
    if (!back_page_by_system_call(page)) return false;
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

}  // namespace lw
