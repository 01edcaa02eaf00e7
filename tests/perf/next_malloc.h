// SPDX-License-Identifier: Apache-2.0
// For preloads: the next allocator's malloc and free, found at the first call.
#pragma once

#include <dlfcn.h>

#include <cstddef>

namespace {

void* first_malloc(std::size_t size) noexcept;
void first_free(void* block) noexcept;

void* (*next_malloc)(std::size_t) noexcept = first_malloc;
void (*next_free)(void*) noexcept = first_free;

void find_next() {
  next_malloc = reinterpret_cast<void* (*)(std::size_t) noexcept>(dlsym(RTLD_NEXT, "malloc"));
  next_free = reinterpret_cast<void (*)(void*) noexcept>(dlsym(RTLD_NEXT, "free"));
}
void* first_malloc(std::size_t size) noexcept {
  find_next();
  return next_malloc(size);
}
void first_free(void* block) noexcept {
  find_next();
  next_free(block);
}

}  // namespace
