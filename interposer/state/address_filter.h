// SPDX-License-Identifier: Apache-2.0
// Is this address surely not a live sample? 64 KiB of one-byte counters; a free that passed the test of its low bits
// asks here before it searches the live set. A counter that reached 255 stays there: it can then only answer
// "perhaps", never a wrong "no".
#pragma once

#include "interposer/platform/atomic.h"
#include "interposer/state/process.h"

namespace lw {

// Fibonacci hashing: the low bits of sampled addresses are all zero, the high bits of the product depend on all.
inline u64 hash_address(u64 address) { return (address >> 4) * 0x9E3779B97F4A7C15ull; }

inline u8& filter_counter(u64 address) { return g_wiped.filter[hash_address(address) >> 48]; }
static_assert(kFilterBytes == 1 << 16);

inline bool filter_may_hold(u64 address) { return load_acquire(filter_counter(address)) != 0; }

inline void filter_add(u64 address) {
  u8& counter = filter_counter(address);
  u8 seen = 0;  // a guess, mostly right; to read it first would fault on a fresh page twice
  while (seen != 255 && !__atomic_compare_exchange_n(&counter, &seen, static_cast<u8>(seen + 1), true, __ATOMIC_ACQ_REL,
                                                     __ATOMIC_RELAXED)) {
  }
}

inline void filter_remove(u64 address) {
  u8& counter = filter_counter(address);
  u8 seen = load_relaxed(counter);
  while (seen != 255 && seen != 0 &&
         !__atomic_compare_exchange_n(&counter, &seen, static_cast<u8>(seen - 1), true, __ATOMIC_ACQ_REL,
                                      __ATOMIC_RELAXED)) {
  }
}

}  // namespace lw
