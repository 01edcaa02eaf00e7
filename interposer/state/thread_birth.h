// SPDX-License-Identifier: Apache-2.0
// Who made which thread. The maker knows the new thread's pthread_t only when pthread_create has returned, and the new
// thread may be met (at its first sample) before or after that. So the maker leaves a note under the pthread_t, and
// whoever publishes the thread's counts, at each sample and about once a second, takes it. No wrapper around the
// thread's first function: the program's stacks, unwinding and cancellation stay as they are.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// Leaves a note. If there is no room, an older one is lost: its thread stays one of unknown origin.
void note_newborn(const Newborn& newborn);

// Takes the note for the thread, if there is one. True if there was.
bool take_newborn(u64 self, Newborn* newborn);

}  // namespace lw
