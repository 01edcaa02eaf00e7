// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_birth.h"

#include "interposer/platform/atomic.h"

namespace lw {
namespace {

// A note is looked for in this many places. Its pthread_t is stored last and taken away first.
constexpr u32 kProbes = 8;

// Thread pointers differ by multiples of a stack's length and are aligned to 64 bytes.
u32 first_place(u64 self) { return static_cast<u32>(self * 0x9E3779B97F4A7C15ull >> 40); }

Newborn& place_at(u32 number) { return process().newborns[number % kNewborns]; }

// An empty place, one with an older note of the same pthread_t (its thread is gone, or there would not be a new one),
// or the first.
Newborn& place_for(u64 self) {
  Newborn* empty = nullptr;
  for (u32 i = 0; i < kProbes; ++i) {
    Newborn& place = place_at(first_place(self) + i);
    const u64 its = load_relaxed(place.self);
    if (its == self) return place;
    if (its == 0 && empty == nullptr) empty = &place;
  }
  return empty != nullptr ? *empty : place_at(first_place(self));
}

}  // namespace

void note_newborn(const Newborn& newborn) {
  Newborn& place = place_for(newborn.self);
  store_release(place.self, u64{0});
  store_release(place.parent, newborn.parent);
  store_release(place.made_by, newborn.made_by);
  store_release(place.stack_bytes, newborn.stack_bytes);
  store_release(place.self, newborn.self);
}

bool take_newborn(u64 self, Newborn* newborn) {
  if (self == 0) return false;
  for (u32 i = 0; i < kProbes; ++i) {
    Newborn& place = place_at(first_place(self) + i);
    if (load_acquire(place.self) != self) continue;
    *newborn = {self, load_acquire(place.parent), load_acquire(place.made_by), load_acquire(place.stack_bytes)};
    if (replace(place.self, self, u64{0})) return true;
  }
  return false;
}

}  // namespace lw
