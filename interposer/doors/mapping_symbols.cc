// SPDX-License-Identifier: Apache-2.0
// Memory that the program takes from the kernel itself. libc maps thread stacks and its heap without coming here, other
// allocators do come: they are told by their return address.
//
// <sys/mman.h> is not included: mremap's last argument comes and goes there, which makes no difference to the caller.
#include "interposer/cold/mapped_memory.h"
#include "interposer/doors/door.h"

using namespace lw;

LW_DOOR void* mmap(void* at, size_t bytes, int protection, int flags, int fd, long offset) {
  if (!concerns_books(__builtin_return_address(0), flags)) {
    return g_next_mapping.map(at, bytes, protection, flags, fd, offset);
  }
  return map_and_note(at, bytes, protection, flags, fd, offset);
}

LW_DOOR void* mmap64(void* at, size_t bytes, int protection, int flags, int fd, long offset) {
  if (!concerns_books(__builtin_return_address(0), flags)) {
    return g_next_mapping.map(at, bytes, protection, flags, fd, offset);
  }
  return map_and_note(at, bytes, protection, flags, fd, offset);
}

LW_DOOR int munmap(void* start, size_t bytes) {
  if (!may_unmap_sample(__builtin_return_address(0))) return g_next_mapping.unmap(start, bytes);
  return unmap_and_note(start, bytes);
}

LW_DOOR void* mremap(void* start, size_t bytes, size_t wanted, int flags, void* target) {
  if (is_next_allocators(__builtin_return_address(0))) {
    return g_next_mapping.remap(start, bytes, wanted, flags, target);
  }
  return remap_and_note(start, bytes, wanted, flags, target);
}
