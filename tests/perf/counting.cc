// flags: -shared -fPIC -ftls-model=initial-exec
// SPDX-License-Identifier: Apache-2.0
// A preload that counts and does nothing else: an allocation stores once, a free stores once. No preload that knows how
// many calls there were can do with less.
#include "next_malloc.h"

namespace {

thread_local long allocated, freed;

inline void take(long& number, long amount) { asm("addq %1, %0" : "+m"(number) : "er"(amount) : "cc"); }

}  // namespace

extern "C" void* malloc(std::size_t size) noexcept {
  take(allocated, static_cast<long>(size));
  return next_malloc(size);
}
extern "C" void free(void* block) noexcept {
  take(freed, 1);
  next_free(block);
}
