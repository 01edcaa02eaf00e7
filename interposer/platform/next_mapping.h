// SPDX-License-Identifier: Apache-2.0
// mmap and its kin behind our doors. Apart from next_libc.h because an allocator maps its first memory at moments when
// nothing may be looked up yet: until they are found, these are the system calls themselves.
#pragma once

#include <stddef.h>

#include "interposer/platform/local.h"

namespace lw {

struct NextMapping {
  void* (*map)(void* at, size_t bytes, int protection, int flags, int fd, long offset);
  int (*unmap)(void* start, size_t bytes);
  void* (*remap)(void* start, size_t bytes, size_t wanted, int flags, void* target);
};
LW_LOCAL extern NextMapping g_next_mapping;

// Once, from the first constructor.
void find_next_mapping();

}  // namespace lw
