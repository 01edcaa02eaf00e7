// SPDX-License-Identifier: Apache-2.0
// The making of threads. The new thread begins in the program's own function: nothing of ours is put in front of it.
#include "interposer/cold/making_thread.h"
#include "interposer/doors/door.h"
#include "interposer/platform/next_libc.h"

using namespace lw;

LW_DOOR int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  const Making making = look_at_maker(thread, attributes);
  const int error = next_libc().pthread_create(thread, attributes, start, argument);
  remember_newborn(making, error == 0);
  return error;
}
