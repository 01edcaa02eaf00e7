// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/next_mapping.h"

#include <dlfcn.h>
#include <errno.h>

#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

// What libc makes of the kernel's answer.
long said(long result) {
  if (!sys::failed(result)) return result;
  errno = static_cast<int>(-result);
  return -1;
}

void* plain_map(void* at, size_t bytes, int protection, int flags, int fd, long offset) {
  return reinterpret_cast<void*>(
      said(sys::call(SYS_mmap, sys::word(at), static_cast<long>(bytes), protection, flags, fd, offset)));
}
int plain_unmap(void* start, size_t bytes) { return static_cast<int>(said(sys::unmap(start, bytes))); }
void* plain_remap(void* start, size_t bytes, size_t wanted, int flags, void* target) {
  return reinterpret_cast<void*>(said(sys::call(SYS_mremap, sys::word(start), static_cast<long>(bytes),
                                                static_cast<long>(wanted), flags, sys::word(target))));
}

template <class Function>
void find(Function& entry, const char* name) {
  if (void* symbol = dlsym(RTLD_NEXT, name); symbol != nullptr) entry = reinterpret_cast<Function>(symbol);
}

}  // namespace

constinit NextMapping g_next_mapping{plain_map, plain_unmap, plain_remap};

void find_next_mapping() {
  find(g_next_mapping.map, "mmap");
  find(g_next_mapping.unmap, "munmap");
  find(g_next_mapping.remap, "mremap");
}

}  // namespace lw
