// SPDX-License-Identifier: Apache-2.0
// System calls straight to the kernel. libc's wrappers will not do inside somebody else's malloc: they touch
// errno, open() and write() are cancellation points, and the program may have replaced any of them by name.
// Every function returns what the kernel returned: a result, or a negative errno value.
#pragma once

#if !defined(__x86_64__)
#error "leakwatch's interposer knows x86-64 Linux only; port interposer/platform/syscalls.h and cold/unwind first"
#endif

#include <sys/syscall.h>

#include "snapshot/layout.h"

namespace lw::sys {

inline long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

inline bool failed(long result) { return result < 0 && result > -4096; }
inline long word(const void* pointer) { return reinterpret_cast<long>(pointer); }

inline long open(const char* path, int flags, unsigned mode = 0) {
  return call(SYS_openat, -100 /* AT_FDCWD */, word(path), flags, static_cast<long>(mode));
}
inline long close(long fd) { return call(SYS_close, fd); }
inline long read(long fd, void* bytes, u64 length) {
  return call(SYS_read, fd, word(bytes), static_cast<long>(length));
}
inline long write(long fd, const void* bytes, u64 length) {
  return call(SYS_write, fd, word(bytes), static_cast<long>(length));
}
inline long pwrite(long fd, const void* bytes, u64 length, u64 offset) {
  return call(SYS_pwrite64, fd, word(bytes), static_cast<long>(length), static_cast<long>(offset));
}
inline long ftruncate(long fd, u64 length) { return call(SYS_ftruncate, fd, static_cast<long>(length)); }
inline long unlink(const char* path) { return call(SYS_unlink, word(path)); }
inline long access(const char* path, int mode) { return call(SYS_access, word(path), mode); }
inline long readlink(const char* path, char* target, u64 length) {
  return call(SYS_readlink, word(path), word(target), static_cast<long>(length));
}
// Fails with -EEXIST instead of replacing `to`.
inline long rename_new(const char* from, const char* to) {
  return call(SYS_renameat2, -100, word(from), -100, word(to), 1 /* RENAME_NOREPLACE */);
}
inline long link(const char* from, const char* to) { return call(SYS_link, word(from), word(to)); }
inline long map(u64 address, u64 length, int protection, int flags, long fd) {
  return call(SYS_mmap, static_cast<long>(address), static_cast<long>(length), protection, flags, fd, 0);
}
inline long unmap(void* start, u64 length) { return call(SYS_munmap, word(start), static_cast<long>(length)); }
// Takes the pages to `target`, in the place of what is mapped there, at one instant for all threads.
inline long move(void* start, u64 length, void* target) {
  constexpr long kMayMoveFixed = 3;
  const long bytes = static_cast<long>(length);
  return call(SYS_mremap, word(start), bytes, bytes, kMayMoveFixed, word(target));
}
inline long advise(void* start, u64 length, int advice) {
  return call(SYS_madvise, word(start), static_cast<long>(length), advice);
}
inline u32 process_id() { return static_cast<u32>(call(SYS_getpid)); }
inline u32 thread_id() { return static_cast<u32>(call(SYS_gettid)); }
inline long signal_thread(u32 pid, u32 tid, int signal) { return call(SYS_tgkill, pid, tid, signal); }
inline void sleep_ns(i64 ns) {
  const struct { i64 seconds, nanoseconds; } time{0, ns};  // less than a second
  call(SYS_nanosleep, word(&time), 0);
}
constexpr long kNoSuchThread = -3;  // ESRCH
inline bool thread_is_gone(u32 pid, u32 tid) { return signal_thread(pid, tid, 0) == kNoSuchThread; }
inline long read_memory(u64 from, void* to, u64 length) {
  struct {
    void* base;
    u64 length;
  } local{to, length}, remote{reinterpret_cast<void*>(from), length};
  return call(SYS_process_vm_readv, process_id(), word(&local), 1, word(&remote), 1);
}

}  // namespace lw::sys
