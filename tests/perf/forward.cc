// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A preload that does nothing: malloc and free are one jump each to the next allocator's. What it costs is what any
// preload costs; only what leakwatch costs beyond it is leakwatch's own.
#include "next_malloc.h"

extern "C" void* malloc(std::size_t size) noexcept { return next_malloc(size); }
extern "C" void free(void* block) noexcept { next_free(block); }
