// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/self_memory.h"

#include <fcntl.h>

#include "interposer/platform/clock.h"
#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr u64 kPresentOrSwapped = u64{3} << 62;

u64 g_entries[256];  // of pagemap
u64 g_window[128];   // for word()

}  // namespace

SelfMemory::SelfMemory(u64 deadline_ns)
    : deadline_ns_(deadline_ns), pagemap_(sys::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {}

SelfMemory::~SelfMemory() {
  if (!sys::failed(pagemap_)) sys::close(pagemap_);
}

bool SelfMemory::readable() {
  u64 copy = 0;
  return read(reinterpret_cast<u64>(&deadline_ns_), &copy, sizeof copy) == sizeof copy && copy == deadline_ns_;
}

u64 SelfMemory::read(u64 from, void* to, u64 bytes) {
  const long got = sys::read_memory(from, to, bytes);
  return sys::failed(got) ? 0 : static_cast<u64>(got);
}

u64 SelfMemory::present_in_file(u64 from, u64 end) {
  u8 resident[256];
  for (u64 at = from & ~(kPage - 1); at < end; at += sizeof resident * kPage) {
    const u64 rest = (end - at + kPage - 1) / kPage;
    const u64 pages = rest < sizeof resident ? rest : sizeof resident;
    if (sys::failed(
            sys::call(SYS_mincore, static_cast<long>(at), static_cast<long>(pages * kPage), sys::word(resident)))) {
      return at < from ? from : at;
    }
    for (u64 i = 0; i < pages; ++i) {
      if ((resident[i] & 1) != 0) return at + i * kPage < from ? from : at + i * kPage;
    }
  }
  return end;
}

u64 SelfMemory::present(u64 from, u64 end) {
  if (shared_) return present_in_file(from, end);
  if (sys::failed(pagemap_)) return from;
  for (u64 page = from / kPage; page * kPage < end; ++page) {
    const u64 at = page * kPage < from ? from : page * kPage;
    if (page < entries_at_ || page >= entries_end_) {
      const u64 rest = (end + kPage - 1) / kPage - page;
      const u64 wanted = rest < sizeof g_entries / 8 ? rest : sizeof g_entries / 8;
      const long got = sys::call(SYS_pread64, pagemap_, sys::word(g_entries), static_cast<long>(wanted * sizeof(u64)),
                                 static_cast<long>(page * sizeof(u64)));
      if (got < static_cast<long>(sizeof(u64))) return at;
      entries_at_ = page;
      entries_end_ = page + static_cast<u64>(got) / sizeof(u64);
    }
    if ((g_entries[page - entries_at_] & kPresentOrSwapped) != 0) return at;
  }
  return end;
}

bool SelfMemory::word(u64 address, u64& value) {
  if (address < window_at_ || address + sizeof value > window_end_) {
    window_at_ = address & ~u64{7};
    window_end_ = window_at_ + (read(window_at_, g_window, sizeof g_window) & ~u64{7});
    if (address + sizeof value > window_end_) {
      window_end_ = 0;
      return false;
    }
  }
  value = g_window[(address - window_at_) / sizeof value];
  return true;
}

bool SelfMemory::out_of_time() {
  const u64 now_ns = monotonic_ns();
  copied_too_much_ = copied_too_much_ || (copied_ != nullptr && copied_->too_many(now_ns));
  return copied_too_much_ || now_ns > deadline_ns_;
}

}  // namespace lw
