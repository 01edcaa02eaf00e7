// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/process_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>

#include "analyzer/reach/address_space.h"

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr u64 kEntriesAtOnce = 8192;  // 32 MiB of memory a time
constexpr u64 kWindowBytes = 64 << 10;
constexpr u64 kPresentOrSwapped = 3ull << 62;  // pagemap's bits 63 and 62

f64 processor_time_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<f64>(time.tv_sec) + 1e-9 * static_cast<f64>(time.tv_nsec);
}

// Yama's setting; -1 if the kernel has none.
int ptrace_scope() {
  std::ifstream file("/proc/sys/kernel/yama/ptrace_scope");
  int scope = -1;
  file >> scope;
  return scope;
}

bool has_another_owner(u64 pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    uid_t real = 0;
    if (word == "Uid:" && status >> real) return real != geteuid();
  }
  return false;
}

}  // namespace

ProcessMemory::ProcessMemory(u64 pid)
    : pid_(pid),
      pagemap_(open(("/proc/" + std::to_string(pid) + "/pagemap").c_str(), O_RDONLY | O_CLOEXEC)),
      entries_(kEntriesAtOnce),
      window_(kWindowBytes / sizeof(u64)) {}

ProcessMemory::~ProcessMemory() {
  if (pagemap_ >= 0) close(pagemap_);
}

std::string ProcessMemory::why_not() const {
  const std::vector<Region> regions = regions_of(pid_);
  const std::string who = "the memory of process " + std::to_string(pid_) + " may not be read: ";
  const std::string instead = "; or start the process with LEAKWATCH_REACH=fork, which needs no such right";
  for (const Region& region : regions) {
    if (!region.readable || region.start >= u64{1} << 47) continue;
    u64 value = 0;
    iovec local{&value, sizeof value}, remote{reinterpret_cast<void*>(region.start), sizeof value};
    if (process_vm_readv(static_cast<pid_t>(pid_), &local, 1, &remote, 1, 0) > 0) return "";
    if (errno == ESRCH) return "process " + std::to_string(pid_) + " is gone";
    if (errno == ENOSYS) return who + "this kernel has no process_vm_readv";
    if (errno != EPERM) continue;
    if (has_another_owner(pid_))
      return who + "it belongs to another user, which takes CAP_SYS_PTRACE (or root)" + instead;
    if (ptrace_scope() > 0) {
      return who + "kernel.yama.ptrace_scope is " + std::to_string(ptrace_scope()) +
             ", which takes CAP_SYS_PTRACE (or root), or 0 there" + instead;
    }
    return who +
           "it is not dumpable (it changed its user, holds capabilities, or called prctl), which takes "
           "CAP_SYS_PTRACE (or root)" +
           instead;
  }
  return "the memory mappings of process " + std::to_string(pid_) +
         " may not be read: run this as its owner or as root" + instead;
}

void ProcessMemory::stop_after(f64 seconds) { deadline_s_ = processor_time_s() + seconds; }

bool ProcessMemory::out_of_time() const {
  return deadline_s_ != std::numeric_limits<f64>::infinity() && processor_time_s() >= deadline_s_;
}

u64 ProcessMemory::read(u64 from, void* to, u64 bytes) {
  if (only_ != nullptr) bytes = chosen_bytes(from, bytes);
  iovec local{to, bytes}, remote{reinterpret_cast<void*>(from), bytes};
  const ssize_t got = process_vm_readv(static_cast<pid_t>(pid_), &local, 1, &remote, 1, 0);
  return got > 0 ? static_cast<u64>(got) : 0;
}

// Of `bytes`, those up to the end of the chosen pages that follow each other from that of `from` on; all if that is
// none of them.
u64 ProcessMemory::chosen_bytes(u64 from, u64 bytes) const {
  u64 end = from & ~(kPage - 1);
  auto page = std::lower_bound(only_->begin(), only_->end(), end);
  if (page == only_->end() || *page != end) return bytes;
  for (; page != only_->end() && *page == end && end < from + bytes; ++page) end += kPage;
  return std::min(bytes, end - from);
}

u64 ProcessMemory::present(u64 from, u64 end) {
  if (pagemap_ < 0) return from;
  for (u64 page = from / kPage; page * kPage < end; ++page) {
    if (page < entries_at_ || page >= entries_end_) {
      const u64 wanted = std::min((end + kPage - 1) / kPage - page, kEntriesAtOnce);
      const ssize_t got =
          pread(pagemap_, entries_.data(), wanted * sizeof(u64), static_cast<off_t>(page * sizeof(u64)));
      if (got < static_cast<ssize_t>(sizeof(u64))) return std::max(from, page * kPage);
      entries_at_ = page;
      entries_end_ = page + static_cast<u64>(got) / sizeof(u64);
    }
    if ((entries_[page - entries_at_] & kPresentOrSwapped) != 0) return std::max(from, page * kPage);
  }
  return end;
}

u64 ProcessMemory::root(u64 from, u64 end) {
  if (only_ == nullptr) return present(from, end);
  const auto page = std::lower_bound(only_->begin(), only_->end(), from & ~(kPage - 1));
  return page == only_->end() ? end : std::max(from, *page);
}

bool ProcessMemory::word(u64 address, u64& value) {
  if (address < window_at_ || address + sizeof value > window_end_) {
    window_at_ = address & ~u64{7};
    window_end_ = window_at_ + (read(window_at_, window_.data(), kWindowBytes) & ~u64{7});
    if (address + sizeof value > window_end_) {
      window_end_ = 0;
      return false;
    }
  }
  std::memcpy(&value, reinterpret_cast<const u8*>(window_.data()) + (address - window_at_), sizeof value);
  return true;
}

}  // namespace lw
