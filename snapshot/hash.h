// SPDX-License-Identifier: Apache-2.0
// The only door to xxHash. XXH64 rather than XXH3 because a stranger who writes a reader finds it in
// every language, and because at 160 bytes a stack both take the same time here.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "snapshot/layout.h"

namespace lw {

inline u64 hash64(const void* bytes, u64 length, u64 seed = 0) { return static_cast<u64>(XXH64(bytes, length, seed)); }

// For data that arrives in pieces; `HashStream h; h.add(...); h.value()`.
class HashStream {
 public:
  HashStream() { XXH64_reset(&state_, 0); }
  void add(const void* bytes, u64 length) { XXH64_update(&state_, bytes, length); }
  u64 value() const { return static_cast<u64>(XXH64_digest(&state_)); }

 private:
  XXH64_state_t state_;
};

}  // namespace lw
