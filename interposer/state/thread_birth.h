// SPDX-License-Identifier: Apache-2.0
// Who made which thread. The maker knows the new thread's pthread_t when pthread_create has returned; the new thread
// may have run, and even ended, by then. So the maker announces the birth beforehand, by the place where libc will put
// the pthread_t before the thread runs, and leaves a note under the pthread_t before it withdraws the announcement: in
// no instant is there neither. The new thread takes the one or the other at its first allocation, while the pthread_t
// is still its own: when it has ended, the next one is given the same. No wrapper around the thread's first function:
// the program's stacks, unwinding and cancellation stay as they are.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// Before the call: `place` is where the pthread_t will be. The result is for conclude_birth(); kNotAnnounced if more
// threads are being made at this moment than there is room for.
inline constexpr u32 kNotAnnounced = ~u32{0};
u32 announce_birth(u64 place, const Newborn& origin);

// After it, whether it failed or not: leaves a note for the thread, unless newborn.self is 0, and withdraws the
// announcement. If the thread has taken that, the note is taken away again. True: nobody had taken the announcement.
bool conclude_birth(u32 number, u64 place, const Newborn& newborn);

// Leaves a note. If there is no room, an older one is lost: its thread stays one of unknown origin.
void note_newborn(const Newborn& newborn);

// Takes the note for the thread, if there is one. True if there was.
bool take_newborn(u64 self, Newborn* newborn);

}  // namespace lw
