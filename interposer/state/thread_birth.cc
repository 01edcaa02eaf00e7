// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/thread_birth.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

// A note is looked for in this many places. Its pthread_t is stored last and taken away first.
constexpr u32 kProbes = 8;

constexpr u64 kFilling = 1;  // stands in the place of a birth that is just being announced

// Thread pointers differ by multiples of a stack's length and are aligned to 64 bytes.
u32 first_place(u64 self) { return static_cast<u32>(self * 0x9E3779B97F4A7C15ull >> 40); }

Newborn& place_at(u32 number) { return g_wiped.newborns[number % kNewborns]; }

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

// Not if a later thread of the same name has been noted there by another maker.
void withdraw_note(const Newborn& newborn) {
  for (u32 i = 0; i < kProbes; ++i) {
    Newborn& place = place_at(first_place(newborn.self) + i);
    const bool same = load_acquire(place.self) == newborn.self && load_acquire(place.parent) == newborn.parent &&
                      load_acquire(place.made_by) == newborn.made_by;
    if (same) replace(place.self, newborn.self, u64{0});
  }
}

bool take_note(u64 self, Newborn* newborn) {
  for (u32 i = 0; i < kProbes; ++i) {
    Newborn& place = place_at(first_place(self) + i);
    if (load_acquire(place.self) != self) continue;
    *newborn = {self, load_acquire(place.parent), load_acquire(place.made_by), load_acquire(place.stack_bytes)};
    if (replace(place.self, self, u64{0})) return true;
  }
  return false;
}

// 0 where nothing can be read.
u64 content_of(u64 place) {
  u64 content = 0;
  return sys::read_memory(place, &content, sizeof content) == sizeof content ? content : 0;
}

// Asked before the notes: one that lies under the same pthread_t is of an earlier thread that nobody has met.
// The maker may return, and give up the place, while we look: so it is read as memory that may not be there, and what
// it held counts only if the entry still stands afterwards.
// `unmistakable`: not where the place held this very name already before the call, so that it may be that of an earlier
// thread, made from the same line and only now on its way to its first allocation.
bool take_announced(u64 self, bool unmistakable, Newborn* newborn) {
  for (Birth& birth : process().births) {
    const u64 place = load_acquire(birth.place);
    if (place <= kFilling || content_of(place) != self) continue;
    if (unmistakable && load_acquire(birth.held) == self) continue;
    *newborn = {self, load_acquire(birth.origin.parent), load_acquire(birth.origin.made_by),
                load_acquire(birth.origin.stack_bytes)};
    if (replace(birth.place, place, u64{0})) return true;
  }
  return false;
}

}  // namespace

u32 announce_birth(u64 place, const Newborn& origin) {
  for (u32 i = 0; i < kBirths; ++i) {
    Birth& birth = process().births[i];
    if (load_relaxed(birth.place) != 0 || !replace(birth.place, u64{0}, kFilling)) continue;
    store_release(birth.origin.parent, origin.parent);
    store_release(birth.origin.made_by, origin.made_by);
    store_release(birth.origin.stack_bytes, origin.stack_bytes);
    store_release(birth.held, content_of(place));
    store_release(birth.place, place);
    add_release(process().births_under_way, 1u);
    return i;
  }
  return kNotAnnounced;
}

bool conclude_birth(u32 number, u64 place, const Newborn& newborn) {
  if (newborn.self != 0) note_newborn(newborn);
  if (number == kNotAnnounced) return true;
  add_release(process().births_under_way, ~0u);
  if (replace(process().births[number].place, place, u64{0})) return true;
  if (newborn.self != 0) withdraw_note(newborn);
  return false;
}

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
  const bool may_be_announced = load_acquire(process().births_under_way) != 0 && watching();
  if (may_be_announced && take_announced(self, true, newborn)) {
    Newborn older;
    take_note(self, &older);
    return true;
  }
  return take_note(self, newborn) || (may_be_announced && take_announced(self, false, newborn));
}

}  // namespace lw
