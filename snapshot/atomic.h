// SPDX-License-Identifier: Apache-2.0
// Loads and stores of single fields that another thread or process may be writing at this moment. Every access
// to a live record goes through one of these four, so a reader of the code sees which one publishes.
//
//   store_release(first field)  pairs with  load_acquire(first field): the fields written before it are visible
//   store_relaxed, load_relaxed             a value that is never torn, in no order with any other
//
// All of them are one plain instruction on x86-64: they cost what an ordinary access costs.
#pragma once

namespace lw {

// A value of whatever type converts to the field's.
template <class T>
struct SameAs {
  using Type = T;
};

template <class T>
inline T load_acquire(const T& field) {
  T value;
  __atomic_load(&field, &value, __ATOMIC_ACQUIRE);
  return value;
}

template <class T>
inline T load_relaxed(const T& field) {
  T value;
  __atomic_load(&field, &value, __ATOMIC_RELAXED);
  return value;
}

template <class T>
inline void store_release(T& field, typename SameAs<T>::Type value) {
  __atomic_store(&field, &value, __ATOMIC_RELEASE);
}

template <class T>
inline void store_relaxed(T& field, typename SameAs<T>::Type value) {
  __atomic_store(&field, &value, __ATOMIC_RELAXED);
}

// Is the record still the one whose fields were just read? They must have been read by load_acquire, which keeps
// this look behind them. False means: what was read may be of two records.
template <class T>
inline bool still_is(const T& first_field, typename SameAs<T>::Type value) {
  return load_relaxed(first_field) == value;
}

}  // namespace lw
