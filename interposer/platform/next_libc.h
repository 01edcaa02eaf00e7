// SPDX-License-Identifier: Apache-2.0
// The functions of libc that our doors stand in front of, beside the allocator's.
#pragma once

#include "interposer/platform/local.h"

namespace lw {

struct NextLibc {
  int (*start_main)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  int (*dlclose)(void*);
  int (*prctl)(int, unsigned long, unsigned long, unsigned long, unsigned long);
};

LW_LOCAL extern NextLibc g_next_libc;

// Before any of the doors is used: from the first constructor.
void find_next_libc();

}  // namespace lw

// Apart from the others and with a plain name, because the door that uses it is written in assembler.
extern "C" LW_LOCAL long (*lw_next_syscall)(long, ...);
