// SPDX-License-Identifier: Apache-2.0
// The call that makes a thread: its stack is kept, so that a report can say where threads come from that never end.
// Costs one walk, about a microsecond beside the ten or more that pthread_create itself takes.
#pragma once

#include <pthread.h>

#include "interposer/state/process.h"

namespace lw {

struct Making {
  Newborn newborn;
  u32 birth;
  u64 place;
};

// Before the thread is made: who makes it, from where, and how long a stack it will have; pthread_create will put its
// name at `thread`. All-zero if the process is not watched.
Making look_at_maker(const pthread_t* thread, const pthread_attr_t* attributes);

// After the call. The thread itself may have freed the place of its name by now, so it is read as memory that may not
// be there; whatever it holds then is nobody's name.
void remember_newborn(Making making, bool made);

}  // namespace lw
