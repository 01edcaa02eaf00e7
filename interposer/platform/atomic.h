// SPDX-License-Identifier: Apache-2.0
// Atomic changes to plain fields, beside the loads and stores of snapshot/atomic.h. The tables live in a mapped file
// whose layout is a contract, so their fields are plain numbers; std::atomic would put into the type what only the
// access needs.
#pragma once

#include "snapshot/atomic.h"
#include "snapshot/layout.h"

namespace lw {

template <class T>
T add_relaxed(T& field, T amount) {  // returns the value before
  return __atomic_fetch_add(&field, amount, __ATOMIC_RELAXED);
}
template <class T>
void add_release(T& field, T amount) {
  __atomic_fetch_add(&field, amount, __ATOMIC_RELEASE);
}
template <class T>
bool replace(T& field, T expected, T desired) {
  return __atomic_compare_exchange(&field, &expected, &desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
template <class T>
void raise_to(T& field, T at_least) {
  T seen = load_relaxed(field);
  while (seen < at_least &&
         !__atomic_compare_exchange_n(&field, &seen, at_least, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

// There is no fetch_add for floating point; contention is one sample against another, so the loop is short.
inline void add_relaxed(f64& field, f64 amount) {
  u64& bits = reinterpret_cast<u64&>(field);
  u64 seen = load_relaxed(bits);
  u64 wanted;
  do {
    f64 sum = __builtin_bit_cast(f64, seen) + amount;
    wanted = __builtin_bit_cast(u64, sum);
  } while (!__atomic_compare_exchange_n(&bits, &seen, wanted, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}
inline f64 load_relaxed_f64(const f64& field) {
  return __builtin_bit_cast(f64, load_relaxed(reinterpret_cast<const u64&>(field)));
}
inline void store_relaxed_f64(f64& field, f64 value) {
  store_relaxed(reinterpret_cast<u64&>(field), __builtin_bit_cast(u64, value));
}

}  // namespace lw
