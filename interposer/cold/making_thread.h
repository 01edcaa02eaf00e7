// SPDX-License-Identifier: Apache-2.0
// The call that makes a thread: its stack is kept, so that a report can say where threads come from that never end.
// Costs one walk, about a microsecond beside the ten or more that pthread_create itself takes.
#pragma once

#include <pthread.h>

#include "interposer/state/process.h"

namespace lw {

// Before the thread is made: who makes it, from where, and how long a stack it will have. All-zero if the process is
// not watched.
Newborn look_at_maker(const pthread_attr_t* attributes);

// After it was made: `thread` is where pthread_create has put its name. The thread itself may have freed that place by
// now, so it is read as memory that may not be there; whatever it holds then is nobody's name.
void remember_newborn(Newborn newborn, const pthread_t* thread);

}  // namespace lw
